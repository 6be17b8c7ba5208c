package org.p3s.workflow.app;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.Dataset;

/** A dataset, that is the file on an edge of a workflow, as the API shows it. */
@RecordBuilder
public record DatasetView(
    UUID uuid,
    String name,
    String dirpath,
    String path,
    String datatype,
    @Nullable String datatag,
    String source,
    String target,
    String state,
    @Nullable Long size,
    @Nullable String checksum,
    @Nullable String comment,
    UUID wfuuid,
    @Nullable Instant tsReg,
    @Nullable Instant tsUpd) {

  /** A dataset of a preview, which is not stored. */
  static DatasetView preview(Dataset dataset, Instant now) {
    return DatasetViewBuilder.builder()
        .uuid(dataset.uuid())
        .name(dataset.name())
        .dirpath(dataset.dirpath())
        .path(dataset.path())
        .datatype(dataset.datatype())
        .datatag(dataset.datatag())
        .source(dataset.source())
        .target(dataset.target())
        .state(dataset.state().text())
        .size(dataset.size())
        .checksum(dataset.checksum())
        .comment(dataset.comment())
        .wfuuid(dataset.wfuuid())
        .tsReg(now)
        .tsUpd(now)
        .build();
  }
}

package org.p3s.workflow.domain;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The file on an edge of a workflow.
 *
 * @param size bytes; null if not known
 * @param checksum null if not known
 */
@RecordBuilder
public record Dataset(
    UUID uuid,
    UUID wfuuid,
    String name,
    String dirpath,
    String path,
    String datatype,
    @Nullable String datatag,
    @Nullable String comment,
    String source,
    String target,
    DatasetState state,
    @Nullable Long size,
    @Nullable String checksum) {}

package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** Finds the lineage of files. */
public interface LineageQueries {

  /** The lineage of a dataset, at most 1,000 files in each direction. */
  Uni<Lineage> lineage(UUID dataset);
}

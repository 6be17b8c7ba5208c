package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** Finds the provenance of jobs. */
public interface ProvenanceQueries {

  Uni<Provenance> provenance(UUID job);
}

package org.p3s.workflow.app;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a DAG template as it is stored.
 *
 * @param version from 1; 0 before it is stored
 * @param hash SHA-256 of the GraphML, in hexadecimal digits
 * @param removed true if it is kept only for the workflows that were made of it
 */
public record DagTemplate(
    String name,
    int version,
    String hash,
    boolean removed,
    @Nullable String user,
    @Nullable String description,
    int nvertices,
    int nedges,
    Instant tsDef,
    String graphml) {}

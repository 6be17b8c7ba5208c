package org.p3s.workflow.domain;

import org.jspecify.annotations.Nullable;

/** A file between two jobs. Parallel edges are different files, unless they have one data tag. */
public record Edge(
    String source,
    String target,
    String name,
    String dirpath,
    String datatype,
    @Nullable String datatag,
    @Nullable String comment,
    int line) {

  /** {@code src:tgt}, the name by which a file info addresses it. */
  public String key() {
    return source + ":" + target;
  }
}

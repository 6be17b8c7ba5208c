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

  /** {@code src:tgt}, by which a file info addresses it and all that are parallel to it. */
  public String key() {
    return source + ":" + target;
  }

  /** {@code src:tgt:datatag}, with its name where it has no tag: this one of parallel edges. */
  public String address() {
    return key() + ":" + (datatag == null ? name : datatag);
  }
}

package org.p3s.workflow.domain;

import org.jspecify.annotations.Nullable;

/**
 * A file that one node writes and another one reads. Parallel edges are different files, unless
 * they have the same data tag.
 *
 * @param datatype the name of a data type; empty for none
 * @param datatag the variable in which both jobs find the path; null for none
 * @param line its line in the GraphML file; 0 if it came from elsewhere
 */
public record Edge(
    String source,
    String target,
    String name,
    String dirpath,
    String datatype,
    @Nullable String datatag,
    @Nullable String comment,
    int line) {

  /** {@code src:tgt}: the address of this edge and of all edges parallel to it. */
  public String key() {
    return source + ":" + target;
  }

  /** The address of this edge alone: {@code src:tgt:datatag}, or {@code src:tgt:name}. */
  public String address() {
    return key() + ":" + (datatag == null ? name : datatag);
  }
}

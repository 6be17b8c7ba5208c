package org.p3s.workflow.graphml;

import java.util.Set;

/** What has attributes, and which of them mean something here. */
enum GraphMlPart {
  GRAPH("graph", "description"),
  NODE(
      "node",
      "payload",
      "env",
      "jobtype",
      "timelimit",
      "priority",
      "maxattempts",
      "onfailure",
      "optional",
      "requirements",
      "staleafter"),
  EDGE("edge", "name", "dirpath", "datatype", "datatag", "comment");

  private final String element;

  // One of Set.of, which nobody can change.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<String> attributes;

  GraphMlPart(String element, String... attributes) {
    this.element = element;
    this.attributes = Set.of(attributes);
  }

  String element() {
    return element;
  }

  boolean knows(String attribute) {
    return attributes.contains(attribute);
  }
}

package org.p3s.workflow.graphml;

import java.util.Set;

/** The elements that have attributes, each with the attributes that mean something here. */
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

  // Set.of makes an immutable set.
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

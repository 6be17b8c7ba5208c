package org.p3s.workflow.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the texts of a template for characters that XML, the database or the environment of a
 * process can't hold, so that no workflow of it fails later because of them.
 */
final class DagTextCheck {

  // Dots and dashes are allowed: payloads can read such variables, though some shells can't.
  private static final Pattern VARIABLE = Pattern.compile("[^=\\s\\p{Cntrl}]+");

  private final List<DagCheck.Fault> faults = new ArrayList<>();

  private DagTextCheck() {}

  static List<DagCheck.Fault> faults(Dag dag) {
    DagTextCheck check = new DagTextCheck();
    check.text(1, "graph", "description", dag.description());
    dag.nodes().forEach(check::node);
    dag.edges().forEach(check::edge);
    return check.faults;
  }

  private void node(Node node) {
    String element = "node " + node.id();
    text(node.line(), element, "id", node.id());
    singleLine(node.line(), element, "id", node.id());
    if (node.id().indexOf(':') >= 0) {
      fault(node.line(), element, "id has a ':', which stands between the nodes of an edge");
    }
    text(node.line(), element, "payload", node.payload());
    text(node.line(), element, "jobtype", node.jobtype());
    singleLine(node.line(), element, "jobtype", node.jobtype());
    strings(node.line(), element, "env", node.env());
    strings(node.line(), element, "requirements", node.requirements());
    for (String name : node.env().keySet()) {
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        fault(node.line(), element, "env: '" + name + "' can't be the name of a variable");
      }
    }
  }

  private void edge(Edge edge) {
    String element = "edge " + edge.key();
    text(edge.line(), element, "name", edge.name());
    text(edge.line(), element, "dirpath", edge.dirpath());
    text(edge.line(), element, "datatype", edge.datatype());
    text(edge.line(), element, "datatag", edge.datatag());
    text(edge.line(), element, "comment", edge.comment());
    String tag = edge.datatag();
    if (tag != null && !VARIABLE.matcher(tag).matches()) {
      fault(
          edge.line(),
          element,
          "datatag '"
              + tag
              + "' can't be the name of a variable: it has a blank, a control character or a '='");
    }
  }

  /** For texts that are shown in one line of a terminal. */
  private void singleLine(int line, String element, String what, String text) {
    text.codePoints()
        .filter(Character::isISOControl)
        .findFirst()
        .ifPresent(
            c -> fault(line, element, "%s has the control character U+%04X".formatted(what, c)));
  }

  private void strings(int line, String element, String what, Map<String, String> strings) {
    strings.forEach(
        (key, value) -> {
          text(line, element, what + ": a key", key);
          text(line, element, what + ": the value of " + key, value);
        });
  }

  private void text(int line, String element, String what, @Nullable String text) {
    if (text == null) {
      return;
    }
    text.codePoints()
        .filter(c -> !isXml(c))
        .findFirst()
        .ifPresent(
            c ->
                fault(
                    line,
                    element,
                    "%s has the character U+%04X, which no template can hold".formatted(what, c)));
  }

  private void fault(int line, String element, String detail) {
    faults.add(new DagCheck.Fault(line, element + ": " + detail));
  }

  /** True for the characters of XML 1.0; half of a surrogate pair is none. */
  private static boolean isXml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && c < Character.MIN_SURROGATE)
        || (c > Character.MAX_SURROGATE && c <= 0xFFFD)
        || c >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
  }
}

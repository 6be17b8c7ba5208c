package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.app.WorkflowReruns;

/** Reads what people want to happen to a workflow that is there. */
final class WorkflowChangeParser {

  /**
   * A change: to state defined, or of the mark.
   *
   * @param reprocess null if the state is to change
   */
  record Change(@Nullable Boolean reprocess) {}

  static Change read(@Nullable JsonNode body) {
    List<ProblemItem> faults = new ArrayList<>();
    RequestFields fields = fields(body, Set.of("state", "reprocess"), "a change", faults);
    String state = fields.text("state", "");
    Boolean reprocess = fields.flag("reprocess");
    RequestFields.refuse(faults);
    if (reprocess == null ? !state.equals("defined") : !state.isEmpty()) {
      throw ProblemException.invalid(
          "/state", "can be changed to defined; or else /reprocess to true or false");
    }
    return new Change(reprocess);
  }

  static WorkflowReruns.Wish rerun(@Nullable JsonNode body) {
    List<ProblemItem> faults = new ArrayList<>();
    RequestFields fields = fields(body, Set.of("from", "failed"), "a rerun", faults);
    String from = fields.textOrNull("from");
    Boolean failed = fields.flag("failed");
    RequestFields.refuse(faults);
    return new WorkflowReruns.Wish(from, Boolean.TRUE.equals(failed));
  }

  private static RequestFields fields(
      @Nullable JsonNode body, Set<String> known, String what, List<ProblemItem> faults) {
    JsonNode json = body == null || body.isNull() ? JsonNodeFactory.instance.objectNode() : body;
    return new RequestFields(json, "", known, what, faults);
  }

  private WorkflowChangeParser() {}
}

package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.app.WorkflowReruns.RerunRequest;

/** Parses the bodies of requests that change a workflow or do it again. */
final class WorkflowChangeParser {

  /**
   * A change of a workflow.
   *
   * @param reprocess the new value of the mark; null: the workflow is to be started
   */
  record WorkflowChange(@Nullable Boolean reprocess) {}

  static WorkflowChange parseChange(@Nullable JsonNode body) {
    List<ProblemItem> faults = new ArrayList<>();
    RequestFields fields = fields(body, Set.of("state", "reprocess"), "a change", faults);
    String state = fields.text("state", "");
    Boolean reprocess = fields.flagOrNull("reprocess");
    RequestFields.refuse(faults);
    if (reprocess == null ? !state.equals("defined") : !state.isEmpty()) {
      throw ProblemException.invalid(
          "/state", "can be changed to defined; or else /reprocess to true or false");
    }
    return new WorkflowChange(reprocess);
  }

  static RerunRequest parseRerun(@Nullable JsonNode body) {
    List<ProblemItem> faults = new ArrayList<>();
    RequestFields fields = fields(body, Set.of("from", "failed"), "a rerun", faults);
    String from = fields.textOrNull("from");
    Boolean failed = fields.flagOrNull("failed");
    RequestFields.refuse(faults);
    return new RerunRequest(from, Boolean.TRUE.equals(failed));
  }

  private static RequestFields fields(
      @Nullable JsonNode body, Set<String> known, String what, List<ProblemItem> faults) {
    JsonNode json = body == null || body.isNull() ? JsonNodeFactory.instance.objectNode() : body;
    return new RequestFields(json, "", known, what, faults);
  }

  private WorkflowChangeParser() {}
}

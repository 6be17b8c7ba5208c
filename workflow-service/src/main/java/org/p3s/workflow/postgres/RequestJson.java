package org.p3s.workflow.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.p3s.contracts.JsonCodec;
import org.p3s.workflow.domain.WorkflowRequest;

/** Workflow requests as JSON, as they are stored with their workflows. */
final class RequestJson {

  static String write(WorkflowRequest request) {
    try {
      return JsonCodec.mapper().writeValueAsString(request);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a workflow request can't be written as JSON", e);
    }
  }

  static WorkflowRequest read(String json) {
    try {
      return JsonCodec.mapper().readValue(json, WorkflowRequest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored workflow request can't be read", e);
    }
  }

  private RequestJson() {}
}

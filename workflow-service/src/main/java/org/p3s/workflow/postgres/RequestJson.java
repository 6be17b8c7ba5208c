package org.p3s.workflow.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.p3s.contracts.JsonCodec;
import org.p3s.workflow.domain.WorkflowRequest;

/** What workflows were made by, as JSON. */
final class RequestJson {

  static String write(WorkflowRequest order) {
    try {
      return JsonCodec.mapper().writeValueAsString(order);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an order is no JSON", e);
    }
  }

  static WorkflowRequest read(String json) {
    try {
      return JsonCodec.mapper().readValue(json, WorkflowRequest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored order can't be read", e);
    }
  }

  private RequestJson() {}
}

package org.p3s.platform.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.p3s.contracts.JsonCodec;

/** Problem details for HTTP APIs, RFC 9457. */
public record ProblemBody(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    List<ProblemItem> errors) {

  /** The media type of problems. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final ObjectMapper MAPPER = JsonCodec.apiMapper();

  static ProblemBody of(
      ProblemType problem, String detail, String instance, List<ProblemItem> errors) {
    return new ProblemBody(
        problem.type(), problem.title(), problem.status(), detail, instance, errors);
  }

  /** The problem as JSON text, for answers that are given before any JSON machinery. */
  public static String json(ProblemType problem, String detail, String instance) {
    try {
      return MAPPER.writeValueAsString(of(problem, detail, instance, List.of()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

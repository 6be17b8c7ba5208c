package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.p3s.cli.CommandContext;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.api.RequestRefused;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.PlainText;

/**
 * Explains why a job does not run. The broker knows; before it has the job, the workflow service.
 */
final class JobExplanation {

  private static final int NOT_FOUND = 404;
  private static final long BROKER_HAS_IT_NANOS = 15_000_000_000L;
  private static final long RETRY_NANOS = 100_000_000L;

  /** Asks the broker. A job that was just defined may not have reached it yet. */
  static JsonNode of(CommandContext cli, String uuid) {
    long deadline = System.nanoTime() + BROKER_HAS_IT_NANOS;
    while (true) {
      try {
        return cli.api().json(ApiRequest.get(P3sService.BROKER, "/jobs/{}/explain", uuid));
      } catch (RequestRefused refused) {
        if (refused.status() != NOT_FOUND) {
          throw refused;
        }
        JsonNode job = cli.api().json(ApiRequest.get(P3sService.WORKFLOW, "/jobs/{}", uuid));
        if (!job.path("state").asText().equals("defined") || System.nanoTime() > deadline) {
          return withoutBroker(job);
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private static JsonNode withoutBroker(JsonNode job) {
    String state = job.path("state").asText();
    String why =
        switch (state) {
          case "template" ->
              job.hasNonNull("wfuuid")
                  ? "It waits for its parents in workflow " + job.path("wfuuid").asText() + "."
                  : "It is a template that was not started; p3s job activate starts it.";
          case "defined" -> "The broker has not received it yet.";
          default -> "It is " + state + " and was never given to the broker.";
        };
    ObjectNode answer = JsonTree.object().put("job", job.path("uuid").asText()).put("state", state);
    answer
        .putArray("rules")
        .addObject()
        .put("rule", "at-the-broker")
        .put("passes", false)
        .put("why", why);
    return answer;
  }

  /** The explanation as text. */
  static List<String> lines(String uuid, JsonNode answer) {
    List<String> lines = new ArrayList<>();
    lines.add("job " + uuid + " is " + answer.path("state").asText());
    for (JsonNode rule : answer.path("rules")) {
      lines.add(
          "  %-4s %s: %s"
              .formatted(
                  rule.path("passes").asBoolean() ? "ok" : "NO",
                  rule.path("rule").asText(),
                  PlainText.line(rule.path("why"))));
    }
    if (answer.hasNonNull("place")) {
      lines.add("  place in the queue: " + answer.path("place").asLong());
    }
    if (answer.hasNonNull("place_more_than")) {
      lines.add(
          "  place in the queue: behind more than " + answer.path("place_more_than").asLong());
    }
    if (answer.hasNonNull("expected_start") && answer.path("state").asText().equals("defined")) {
      lines.add("  expected start: " + PlainText.time(answer.path("expected_start")) + " UTC");
    } else if (answer.hasNonNull("expected_start_reason")
        && answer.path("state").asText().equals("defined")) {
      lines.add(
          "  expected start: unknown. " + PlainText.line(answer.path("expected_start_reason")));
    }
    return lines;
  }

  private JobExplanation() {}
}

package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.p3s.cli.Context;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Refused;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Column;
import org.p3s.cli.text.Json;

/** Why a job does not run, as the broker says; before the broker has it, as its workflow says. */
final class Explanation {

  private static final int NOT_FOUND = 404;
  private static final long HEARD_BY_NANOS = 15_000_000_000L;
  private static final long LOOK_NANOS = 100_000_000L;

  /** Asks the broker; a job that was defined a moment ago may still be on its way to it. */
  static JsonNode of(Context cli, String uuid) {
    long deadline = System.nanoTime() + HEARD_BY_NANOS;
    while (true) {
      try {
        return cli.api().json(Call.get(Service.BROKER, "/jobs/{}/explain", uuid));
      } catch (Refused refused) {
        if (refused.status() != NOT_FOUND) {
          throw refused;
        }
        JsonNode job = cli.api().json(Call.get(Service.WORKFLOW, "/jobs/{}", uuid));
        if (!job.path("state").asText().equals("defined") || System.nanoTime() > deadline) {
          return unheard(job);
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private static JsonNode unheard(JsonNode job) {
    String state = job.path("state").asText();
    String why =
        switch (state) {
          case "template" ->
              job.hasNonNull("wfuuid")
                  ? "It waits for its parents in workflow " + job.path("wfuuid").asText() + "."
                  : "It is a template and was not started: p3s job activate starts it.";
          case "defined" -> "The broker has not heard of it yet.";
          default -> "It is " + state + " and never came to the broker.";
        };
    ObjectNode answer = Json.object().put("job", job.path("uuid").asText()).put("state", state);
    answer
        .putArray("rules")
        .addObject()
        .put("rule", "at-the-broker")
        .put("passes", false)
        .put("why", why);
    return answer;
  }

  /** For people. */
  static List<String> lines(String uuid, JsonNode answer) {
    List<String> lines = new ArrayList<>();
    lines.add("job " + uuid + " is " + answer.path("state").asText());
    for (JsonNode rule : answer.path("rules")) {
      lines.add(
          "  %-4s %s: %s"
              .formatted(
                  rule.path("passes").asBoolean() ? "ok" : "NO",
                  rule.path("rule").asText(),
                  Column.line(rule.path("why"))));
    }
    if (answer.hasNonNull("place")) {
      lines.add("  place in the queue: " + answer.path("place").asLong());
    }
    if (answer.hasNonNull("place_more_than")) {
      lines.add(
          "  place in the queue: behind more than " + answer.path("place_more_than").asLong());
    }
    if (answer.hasNonNull("expected_start") && answer.path("state").asText().equals("defined")) {
      lines.add("  expected start: " + Column.time(answer.path("expected_start")) + " UTC");
    } else if (answer.hasNonNull("expected_start_reason")
        && answer.path("state").asText().equals("defined")) {
      lines.add("  expected start: unknown. " + Column.line(answer.path("expected_start_reason")));
    }
    return lines;
  }

  private Explanation() {}
}

package org.p3s.standalone.system;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.p3s.standalone.system.history.Known;

/** A user who repeats a request with the same key until somebody decides, and notes what was. */
final class Client {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Wire wire;
  private final Known known;
  private final String token;

  Client(Stack stack, Known known) throws IOException {
    this.wire = new Wire(stack);
    this.known = known;
    this.token = stack.token("admin");
  }

  /** A site of that name with that beat. */
  void site(String name, int beatSeconds) {
    done(
        repeat(
            "PUT",
            "pilot-service",
            "/api/v1/sites/" + name,
            Wire.bearer(token),
            Map.of("name", name, "pilotbeat", beatSeconds, "pilotcycles", 0)));
  }

  /** One job; only pilots of the site take it, unless that is null. */
  UUID submit(String site, String payload, String params, int maxattempts, int priority) {
    return submit(site, payload, params, maxattempts, priority, 60);
  }

  /**
   * The same.
   *
   * @param timelimit seconds
   */
  UUID submit(
      String site, String payload, String params, int maxattempts, int priority, int timelimit) {
    Map<String, Object> job = new java.util.HashMap<>();
    job.put("name", "fault");
    job.put("jobtype", "fault");
    job.put("payload", payload);
    job.put("params", params);
    job.put("maxattempts", maxattempts);
    job.put("priority", priority);
    job.put("timelimit", timelimit);
    if (site != null) {
      job.put("site", site);
    }
    Wire.Answer answer = done(post("workflow-service", "/api/v1/jobs", List.of(job)));
    UUID uuid = UUID.fromString(answer.body().at("/items/0/uuid").asText());
    known.jobAccepted(uuid);
    return uuid;
  }

  /** A job that ends well in the hands of whoever takes it. */
  UUID submit(String site) {
    return submit(site, "/bin/true", null, 1, 0);
  }

  UUID startWorkflow(String dag) {
    Wire.Answer answer = done(post("workflow-service", "/api/v1/workflows", Map.of("dag", dag)));
    UUID uuid = UUID.fromString(answer.body().get("uuid").asText());
    known.workflowAccepted(uuid);
    return uuid;
  }

  /** Whatever the answer is: what ended already can't be cancelled. */
  Wire.Answer cancel(String what, UUID uuid) {
    return repeat(
        "DELETE", "workflow-service", "/api/v1/" + what + "/" + uuid, Wire.bearer(token), null);
  }

  Wire.Answer adjust(UUID job, int priority) {
    return repeat(
        "PATCH",
        "workflow-service",
        "/api/v1/jobs/" + job,
        Wire.bearer(token),
        Map.of("priority", priority));
  }

  private Wire.Answer post(String service, String path, Object body) {
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + token, "Idempotency-Key", UUID.randomUUID().toString());
    return repeat("POST", service, path, headers, body);
  }

  private Wire.Answer repeat(
      String method, String service, String path, Map<String, String> headers, Object body) {
    Instant until = Instant.now().plus(PATIENCE);
    while (true) {
      Wire.Answer answer =
          wire.send(method, service, path, headers, body, Duration.ofSeconds(8)).join();
      if (!answer.passing() || Instant.now().isAfter(until)) {
        return answer;
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return answer;
      }
    }
  }

  private static Wire.Answer done(Wire.Answer answer) {
    if (!answer.ok()) {
      throw new IllegalStateException("refused: " + answer);
    }
    return answer;
  }
}

package org.p3s.standalone.system;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.p3s.standalone.system.history.ClientObservations;

/**
 * A user of the API: repeats a request with the same idempotency key until a service accepts or
 * refuses it, and records what was accepted.
 */
final class RetryingApiClient {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final TestHttpClient http;
  private final ClientObservations observations;
  private final String token;

  RetryingApiClient(StackUnderTest stack, ClientObservations observations) throws IOException {
    this.http = new TestHttpClient(stack);
    this.observations = observations;
    this.token = stack.token("admin");
  }

  /**
   * Defines a site.
   *
   * @param beatSeconds time between two heartbeats of its pilots
   */
  void defineSite(String name, int beatSeconds) {
    accepted(
        repeat(
            "PUT",
            "pilot-service",
            "/api/v1/sites/" + name,
            TestHttpClient.bearer(token),
            Map.of("name", name, "pilotbeat", beatSeconds, "pilotcycles", 0)));
  }

  /**
   * Submits a job and returns its id.
   *
   * @param site only its pilots take the job; null: any pilot
   */
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
    TestHttpClient.Reply reply = accepted(post("workflow-service", "/api/v1/jobs", List.of(job)));
    UUID uuid = UUID.fromString(reply.body().at("/items/0/uuid").asText());
    observations.jobAccepted(uuid);
    return uuid;
  }

  /** Submits a job that succeeds. */
  UUID submit(String site) {
    return submit(site, "/bin/true", null, 1, 0);
  }

  UUID startWorkflow(String dag) {
    TestHttpClient.Reply reply =
        accepted(post("workflow-service", "/api/v1/workflows", Map.of("dag", dag)));
    UUID uuid = UUID.fromString(reply.body().get("uuid").asText());
    observations.workflowAccepted(uuid);
    return uuid;
  }

  /**
   * Cancels a job or a workflow; one that has ended is refused.
   *
   * @param what {@code jobs} or {@code workflows}
   */
  TestHttpClient.Reply cancel(String what, UUID uuid) {
    return repeat(
        "DELETE",
        "workflow-service",
        "/api/v1/" + what + "/" + uuid,
        TestHttpClient.bearer(token),
        null);
  }

  TestHttpClient.Reply changePriority(UUID job, int priority) {
    return repeat(
        "PATCH",
        "workflow-service",
        "/api/v1/jobs/" + job,
        TestHttpClient.bearer(token),
        Map.of("priority", priority));
  }

  private TestHttpClient.Reply post(String service, String path, Object body) {
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + token, "Idempotency-Key", UUID.randomUUID().toString());
    return repeat("POST", service, path, headers, body);
  }

  private TestHttpClient.Reply repeat(
      String method, String service, String path, Map<String, String> headers, Object body) {
    Instant until = Instant.now().plus(PATIENCE);
    while (true) {
      TestHttpClient.Reply reply =
          http.send(method, service, path, headers, body, Duration.ofSeconds(8)).join();
      if (!reply.retryable() || Instant.now().isAfter(until)) {
        return reply;
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return reply;
      }
    }
  }

  private static TestHttpClient.Reply accepted(TestHttpClient.Reply reply) {
    if (!reply.ok()) {
      throw new IllegalStateException("refused: " + reply);
    }
    return reply;
  }
}

package org.p3s.pilot.registration;

import com.fasterxml.uuid.Generators;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.console.PilotOptions;
import org.p3s.pilot.http.HttpRetryBackoff;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;

/**
 * Registers this pilot with the pilot service. The pilot chooses its own uuid, so that a request
 * that is sent again does not make a second pilot.
 */
public final class PilotRegistrar {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  private final PilotOptions options;
  private final ServiceClient client;
  private final PilotLifecycle lifecycle;
  private final String host;
  private final String version;
  private @Nullable Integer slots;
  private boolean registeredBefore;
  private String lastProblem = "";

  public PilotRegistrar(
      PilotOptions options,
      ServiceClient client,
      PilotLifecycle lifecycle,
      String host,
      String version) {
    this.options = options;
    this.client = client;
    this.lifecycle = lifecycle;
    this.host = host;
    this.version = version;
    this.slots = options.slots();
  }

  /**
   * Registers a new pilot; tries until the service answers.
   *
   * @return null if the service refuses the first pilot of this process, or if the process stops
   */
  public @Nullable PilotSession registerNew() throws InterruptedException {
    // Such uuids sort by time, so that lists of pilots can be paged.
    return register(Generators.timeBasedEpochGenerator().generate(), null);
  }

  /**
   * Gets a new token for a registered pilot; tries until the service answers.
   *
   * @return false if the pilot has ended for the service, or if the process stops
   */
  public boolean renewToken(PilotSession session) throws InterruptedException {
    return register(session.pilot(), session) != null;
  }

  private @Nullable PilotSession register(UUID uuid, @Nullable PilotSession renewed)
      throws InterruptedException {
    HttpRetryBackoff backoff = new HttpRetryBackoff(MAX_PAUSE);
    lastProblem = "";
    while (!lifecycle.isStopping()) {
      try {
        String url = options.server() + "/api/v1/pilots";
        ServiceAnswer answer = client.call("POST", url, joinToken(), body(uuid), TIMEOUT);
        if (answer.isSuccess()) {
          registeredBefore = true;
          return accept(uuid, answer, renewed);
        }
        boolean ended = renewed != null && (answer.isGone() || answer.isConflict());
        if (ended) {
          return null;
        }
        logProblem("the pilot service refuses this pilot: " + answer.reason());
        if (!answer.isTemporaryFailure() && !registeredBefore) {
          return null;
        }
      } catch (IOException e) {
        logProblem("cannot register at " + options.server() + " yet: " + PilotLog.describe(e));
      }
      lifecycle.pauseUntilStop(backoff.next());
    }
    return null;
  }

  private void logProblem(String problem) {
    if (!problem.equals(lastProblem)) {
      PilotLog.line("%s", problem);
      lastProblem = problem;
    }
  }

  private PilotSession accept(UUID uuid, ServiceAnswer answer, @Nullable PilotSession renewed)
      throws IOException {
    if (renewed != null) {
      renewed.renewToken(answer.body().required("token"));
      return renewed;
    }
    String broker = options.broker() == null ? "" : options.broker().toString();
    UUID pilot = UUID.fromString(answer.body().text("uuid", uuid.toString()));
    PilotSession session = new PilotSession(pilot, answer.body(), broker, slots);
    // The threads of the slots exist now, so a later registration must ask for as many slots.
    slots = session.slots();
    return session;
  }

  // It is read each time, so that the token can be replaced while the pilot runs.
  private String joinToken() throws IOException {
    return Files.readString(options.tokenFile()).strip();
  }

  private Map<String, @Nullable Object> body(UUID uuid) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("uuid", uuid.toString());
    body.put("site", options.site());
    body.put("host", host);
    body.put("pid", ProcessHandle.current().pid());
    body.put("slots", slots);
    body.put("labels", options.labels());
    body.put("extra", options.extra());
    body.put("version", version);
    return body;
  }
}

package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Registers with the pilot service; the pilot chooses its uuid, so that a repeat changes nothing.
 */
final class Registrar {

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Options options;
  private final Http http;
  private final String host;
  private @Nullable Integer slots;
  private boolean registeredBefore;

  Registrar(Options options, Http http, String host) {
    this.options = options;
    this.http = http;
    this.host = host;
    this.slots = options.slots();
  }

  /**
   * Tries until the service answers.
   *
   * @param again the registration that needs a new token; null for a new pilot
   * @return the session, {@code again} itself with a new token, or null if the service refuses, or
   *     if the pilot is to stop
   */
  @Nullable Session register(@Nullable Session again, Standing standing)
      throws InterruptedException {
    UUID uuid = again == null ? timeOrdered() : again.pilot;
    Backoff backoff = new Backoff(LONGEST_PAUSE);
    String lastComplaint = "";
    while (!standing.stopping()) {
      String complaint;
      try {
        Http.Answer answer =
            http.call("POST", options.server() + "/api/v1/pilots", joinToken(), body(uuid), ANSWER);
        if (answer.ok()) {
          registeredBefore = true;
          return accept(uuid, answer, again);
        }
        complaint = "the pilot service refuses this pilot: " + answer.why();
        boolean refused = !answer.passing();
        if (refused && again != null && (answer.status() == 410 || answer.status() == 409)) {
          return null;
        }
        if (refused && !registeredBefore) {
          Log.line(complaint);
          return null;
        }
      } catch (IOException e) {
        complaint = "cannot register at " + options.server() + " yet: " + Http.why(e);
      }
      if (!complaint.equals(lastComplaint)) {
        Log.line(complaint);
        lastComplaint = complaint;
      }
      standing.pauseToDeliver(backoff.next());
    }
    return null;
  }

  private Session accept(UUID uuid, Http.Answer answer, @Nullable Session again)
      throws IOException {
    if (again != null) {
      again.renew(answer.body().need("token"));
      return again;
    }
    String broker = options.broker() == null ? "" : options.broker().toString();
    UUID given = UUID.fromString(answer.body().text("uuid", uuid.toString()));
    Session session = new Session(given, answer.body(), broker, slots);
    // As many as there are threads from now on, whatever the site says later.
    slots = session.slots;
    return session;
  }

  // Read each time, so that a token can be replaced while the pilot lives.
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
    body.put("version", Main.version());
    return body;
  }

  /** UUIDs that sort by time (version 7), so that lists of pilots page by them. */
  private static UUID timeOrdered() {
    UUID random = UUID.randomUUID();
    long most =
        (System.currentTimeMillis() << 16) | 0x7000L | (random.getMostSignificantBits() & 0x0FFFL);
    return new UUID(most, random.getLeastSignificantBits());
  }
}

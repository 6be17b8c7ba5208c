package org.p3s.pilot.lifecycle;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotOptions;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.payload.SitePayloadSettings;

/** One registration of this pilot: its id, its token, and the settings of its site. */
public final class PilotSession {

  private final UUID pilot;
  private final String broker;
  private final Duration heartbeatInterval;
  private final int cycles;
  private final long lifeSeconds;
  private final SitePayloadSettings site;
  private final int slots;
  private volatile String token;
  private volatile boolean lost;

  /**
   * Reads the answer to a registration.
   *
   * @param brokerOption the broker's address from the command line, empty to use the one in the
   *     answer
   * @param slotsOption the number of slots from the command line, null to use the site's
   * @throws IOException if a required field is missing
   */
  public PilotSession(
      UUID pilot, JsonFields answer, String brokerOption, @Nullable Integer slotsOption)
      throws IOException {
    this.pilot = pilot;
    this.token = answer.required("token");
    this.broker = brokerOption.isEmpty() ? answer.required("broker") : brokerOption;
    this.heartbeatInterval = Duration.ofSeconds(Math.max(1, answer.number("beat_s", 5)));
    this.cycles = (int) answer.number("cycles", 0);
    this.lifeSeconds = answer.number("life_s", 0);
    this.site = SitePayloadSettings.of(answer);
    this.slots =
        slotsOption == null
            ? (int) Math.min(PilotOptions.MAX_SLOTS, Math.max(1, answer.number("slots", 1)))
            : slotsOption;
  }

  public UUID pilot() {
    return pilot;
  }

  /** The base URL of the broker. */
  public String broker() {
    return broker;
  }

  public Duration heartbeatInterval() {
    return heartbeatInterval;
  }

  /** How many requests for a job the site allows; 0 for no limit. */
  public int cycles() {
    return cycles;
  }

  /** After how many seconds the site wants this pilot to end; 0 for no limit. */
  public long lifeSeconds() {
    return lifeSeconds;
  }

  public SitePayloadSettings site() {
    return site;
  }

  public int slots() {
    return slots;
  }

  public String token() {
    return token;
  }

  public void renewToken(String newToken) {
    token = newToken;
  }

  /** The services have declared this pilot lost; its leases are lost, too. */
  public boolean isLost() {
    return lost;
  }

  public void markLost() {
    lost = true;
  }
}

package org.p3s.pilot;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A registration: who this pilot is, and what its site told it. */
final class Session {

  final UUID pilot;
  final String broker;
  final Duration beat;
  final int cycles;
  final long lifeSeconds;
  final Map<String, String> siteEnv;
  final List<String> allowEnv;

  /** What payloads run under; empty if under nothing. */
  final List<String> prefix;

  /** As many as this pilot asked for, or else as its site says. */
  final int slots;

  private volatile String token;
  private volatile boolean gone;

  /**
   * @param slotsAsked null: as the site says
   */
  Session(UUID pilot, Fields answer, String brokerOption, @Nullable Integer slotsAsked)
      throws IOException {
    this.pilot = pilot;
    this.token = answer.need("token");
    this.broker = brokerOption.isEmpty() ? answer.need("broker") : brokerOption;
    this.beat = Duration.ofSeconds(Math.max(1, answer.number("beat_s", 5)));
    this.cycles = (int) answer.number("cycles", 0);
    this.lifeSeconds = answer.number("life_s", 0);
    this.siteEnv = answer.textMap("env");
    this.allowEnv = answer.texts("allow_env");
    this.prefix = answer.texts("prefix");
    this.slots =
        slotsAsked == null
            ? (int) Math.min(Options.MOST_SLOTS, Math.max(1, answer.number("slots", 1)))
            : slotsAsked;
  }

  String token() {
    return token;
  }

  void renew(String fresh) {
    token = fresh;
  }

  /** The services have given this pilot up; what it held is lost. */
  boolean gone() {
    return gone;
  }

  void declareGone() {
    gone = true;
  }
}

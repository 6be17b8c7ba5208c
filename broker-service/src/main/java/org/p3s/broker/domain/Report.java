package org.p3s.broker.domain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a pilot says about the end of a payload, as far as decisions go by it.
 *
 * @param tsSta by the pilot's clock, which may be wrong; so {@code tsSto}
 */
public record Report(
    UUID job,
    long lease,
    UUID pilot,
    JobState state,
    @Nullable Integer errcode,
    @Nullable Integer signal,
    @Nullable String reason,
    @Nullable Instant tsSta,
    @Nullable Instant tsSto) {

  private static final int TIMELIMIT_CODE = 77;
  private static final int NOT_FOUND_CODE = 127;
  private static final int SIGNAL_BASE = 128;

  public Report {
    if (!JobState.REPORTABLE.contains(state)) {
      throw new IllegalArgumentException("no end that a pilot reports: " + state.text());
    }
  }

  /** The reported code; where there is none, the one that the state stands for. */
  public @Nullable Integer exitCode() {
    if (state == JobState.TIMELIMIT) {
      return TIMELIMIT_CODE;
    }
    if (errcode != null) {
      return errcode;
    }
    if (signal != null) {
      return SIGNAL_BASE + signal;
    }
    return state == JobState.NONSTARTER ? NOT_FOUND_CODE : null;
  }
}

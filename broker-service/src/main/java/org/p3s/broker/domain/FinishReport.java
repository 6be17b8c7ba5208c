package org.p3s.broker.domain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a pilot reports about the end of a payload, as far as decisions depend on it.
 *
 * @param tsSta the start by the pilot's clock, which may be wrong; the same holds for {@code tsSto}
 */
public record FinishReport(
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

  public FinishReport {
    if (!JobState.REPORTABLE.contains(state)) {
      throw new IllegalArgumentException("a pilot can't report the end state " + state.text());
    }
  }

  /** The reported exit code; if there is none, the one that stands for the state or the signal. */
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

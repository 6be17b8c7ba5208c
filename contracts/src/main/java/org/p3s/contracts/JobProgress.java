package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job moved between its definition and its end.
 *
 * @param lease the fencing number; of two holders the one with the higher number is right
 * @param at when the state was reached, by the broker's clock
 * @param reason why it was requeued, else null
 */
@RecordBuilder
public record JobProgress(
    UUID job,
    @Nullable UUID wfuuid,
    @Nullable String node,
    State state,
    int attempt,
    long lease,
    @Nullable UUID pilot,
    @Nullable String site,
    @Nullable String host,
    @Nullable Long pid,
    @Nullable String hostWorkdir,
    @Nullable String reason,
    Instant at)
    implements Event {

  /** Where the job is now. */
  public enum State {
    /** A pilot holds it. */
    @JsonProperty("dispatched")
    DISPATCHED,
    /** Its payload runs. */
    @JsonProperty("running")
    RUNNING,
    /** Its pilot never confirmed; it waits again. */
    @JsonProperty("requeued")
    REQUEUED
  }

  public JobProgress {
    requireNonNull(job, "job");
    requireNonNull(state, "state");
    requireNonNull(at, "at");
  }

  @Override
  public String key() {
    return (wfuuid == null ? job : wfuuid).toString();
  }
}

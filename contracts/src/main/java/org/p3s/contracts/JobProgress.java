package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job changed its state between its definition and its end.
 *
 * @param lease the fencing number; of two holders the one with the higher number is valid
 * @param at when the state was reached, by the broker's clock
 * @param reason why it was requeued, otherwise null
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

  /** The state of the job now. */
  public enum State {
    /** A pilot holds it. */
    @JsonProperty("dispatched")
    DISPATCHED,
    /** Its payload runs. */
    @JsonProperty("running")
    RUNNING,
    /** Its pilot did not confirm the claim; the job waits again. */
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

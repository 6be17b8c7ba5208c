package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A heartbeat of a pilot, a change of its state, or its end.
 *
 * @param state active, no-jobs, dispatched, running, draining, stopped, timeout
 * @param status OK, FAIL, TO or KILL
 * @param jobcount how many jobs this pilot has ended
 * @param extra the batch system's id of the slot
 * @param reason why it ended, otherwise null
 */
@RecordBuilder
public record PilotHeartbeat(
    UUID pilot,
    Kind kind,
    String site,
    String host,
    long pid,
    String state,
    String status,
    int slots,
    List<Held> jobs,
    int jobcount,
    @Nullable String extra,
    @Nullable String reason,
    Instant tsReg,
    Instant at)
    implements Event {

  /** What happened. */
  public enum Kind {
    @JsonProperty("register")
    REGISTER,
    @JsonProperty("beat")
    BEAT,
    @JsonProperty("state")
    STATE,
    /** The pilot was stopped, killed or lost. It holds no job any more. */
    @JsonProperty("end")
    END
  }

  /** A job that the pilot holds, with the fencing number of its lease. */
  public record Held(UUID job, long lease, @Nullable Long pid) {
    public Held {
      requireNonNull(job, "job");
    }
  }

  public PilotHeartbeat {
    requireNonNull(pilot, "pilot");
    requireNonNull(kind, "kind");
    requireNonNull(site, "site");
    requireNonNull(host, "host");
    requireNonNull(state, "state");
    requireNonNull(status, "status");
    requireNonNull(tsReg, "ts_reg");
    requireNonNull(at, "at");
    jobs = jobs == null ? List.of() : List.copyOf(jobs);
  }

  @Override
  public String key() {
    return pilot.toString();
  }
}

package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sign of life of a pilot, or the end of it.
 *
 * @param state active, no-jobs, dispatched, running, draining, stopped, timeout
 * @param status OK, FAIL, TO or KILL
 * @param jobcount jobs ended by this pilot
 * @param extra the batch system's id of the slot
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
    /** The pilot is gone: stopped, killed or lost. It holds nothing any more. */
    @JsonProperty("end")
    END
  }

  /** A job in the pilot's hands, with the fencing number it was given. */
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

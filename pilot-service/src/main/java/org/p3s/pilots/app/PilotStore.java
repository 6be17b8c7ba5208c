package org.p3s.pilots.app;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.domain.HeartbeatJob;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotCommand;
import org.p3s.pilots.domain.PilotState;
import org.p3s.pilots.domain.PilotStatus;
import org.p3s.platform.outbox.Tx;

/** Where pilots are stored. */
public interface PilotStore {

  /** A pilot that registers. */
  record NewPilot(
      UUID uuid,
      String site,
      String host,
      long pid,
      int slots,
      @Nullable String extra,
      @Nullable String version,
      Duration heartbeatPeriod) {}

  /**
   * A heartbeat.
   *
   * @param state what the pilot reports; whether it may follow is decided in the store, by {@link
   *     org.p3s.pilots.domain.HeartbeatTransition}
   */
  record Heartbeat(
      UUID pilot, PilotState state, List<HeartbeatJob> jobs, int jobcount, Instant at) {}

  /**
   * A pilot that is to end.
   *
   * @param lastHeartbeat as the caller saw it: a pilot with a later one is left alone; null to end
   *     the pilot anyway
   */
  record PilotToEnd(UUID pilot, @Nullable Instant lastHeartbeat) {}

  /** How pilots end. */
  record End(PilotState state, PilotStatus status, String reason) {}

  /**
   * Stores a pilot, or finds the one that registered before with the same uuid, site, host and
   * process.
   *
   * @return null if the uuid is that of another pilot, or of one that has ended
   */
  Uni<@Nullable Pilot> register(Tx tx, NewPilot pilot, Instant now);

  /** Stores a batch of heartbeats in one statement; ended pilots are missing in the answer. */
  Uni<Map<UUID, Pilot>> storeHeartbeats(List<Heartbeat> heartbeats);

  /** Ends pilots, and returns those that lived. */
  Uni<List<Pilot>> end(Tx tx, List<PilotToEnd> pilots, End end, Instant now);

  /**
   * The pilots that have missed all the heartbeats that they may miss.
   *
   * @param time since when a pilot with one heartbeat per second must have been silent
   * @param missed how many heartbeats a pilot may miss; a pilot with a longer period must have been
   *     silent for so many seconds more per second of its period
   */
  Uni<List<Pilot>> silentSince(Instant time, int missed);

  /** Pilots by uuid, the newest first, those with a smaller uuid than {@code after}. */
  Uni<List<Pilot>> list(PilotSelection selection, @Nullable UUID after, int limit);

  /** Stores a command for living pilots, and returns those that get it. */
  Uni<List<Pilot>> command(Tx tx, PilotSelection selection, PilotCommand command);

  /** How many pilots {@link #command} would give the command to. */
  Uni<Integer> countForCommand(PilotSelection selection, PilotCommand command);

  /** How many living pilots there are in each state; states without a pilot may be missing. */
  Uni<Map<PilotState, Long>> countAliveByState();

  /** Deletes up to {@code limit} pilots that ended before a time, and returns how many. */
  Uni<Integer> deleteEndedBefore(Instant time, int limit);
}

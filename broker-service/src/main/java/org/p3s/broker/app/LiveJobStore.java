package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.contracts.ObservedFile;
import org.p3s.platform.outbox.Tx;

/**
 * Jobs that have not ended: loaded and locked for decisions, and changed as decided, in sets. An
 * attempt that ends leaves them for the table of ended attempts.
 */
public interface LiveJobStore {

  /** What a pilot reports about a job and no decision depends on. */
  record ReportDetails(
      @Nullable String host,
      @Nullable Long pid,
      @Nullable String workdir,
      @Nullable Double cpuS,
      @Nullable Long maxRssKib,
      List<ObservedFile> inputs,
      List<ObservedFile> outputs,
      @Nullable String stdout,
      @Nullable String stderr) {

    public static final ReportDetails NONE = ofStart(null, null, null);

    /** What a start report has. */
    public static ReportDetails ofStart(
        @Nullable String host, @Nullable Long pid, @Nullable String workdir) {
      return new ReportDetails(host, pid, workdir, null, null, List.of(), List.of(), null, null);
    }
  }

  /**
   * An attempt that ended.
   *
   * @param reported true if its pilot reported the end
   */
  record EndedAttempt(
      UUID job, @Nullable Long lease, @Nullable UUID pilot, int slot, boolean reported) {}

  /** A pilot that ended. */
  record EndedPilot(UUID pilot, String reason) {}

  /** Locks live jobs; all transactions lock in the same order. */
  Uni<List<Job>> lock(Tx tx, Collection<UUID> jobs);

  /** Locks the jobs that these pilots hold. */
  Uni<List<Job>> lockHeldBy(Tx tx, Collection<UUID> pilots);

  /** Locks jobs held by pilots that have ended; skips those that others have locked. */
  Uni<List<Job>> lockHeldByEndedPilots(Tx tx, int limit);

  /** Locks jobs that were not confirmed in time; skips those that others have locked. */
  Uni<List<Job>> lockUnconfirmed(Tx tx, Instant now, int limit);

  /** Locks waiting jobs whose latest start has passed; skips those that others have locked. */
  Uni<List<Job>> lockStale(Tx tx, Instant now, int limit);

  /** The ended attempts of these jobs. */
  Uni<List<EndedAttempt>> endedAttempts(Tx tx, Collection<UUID> jobs);

  Uni<Void> storeStarts(Tx tx, List<Decision.Start> starts, Map<UUID, ReportDetails> reported);

  Uni<Void> requeue(Tx tx, List<Decision.Requeue> requeues);

  Uni<Void> markWithdrawn(Tx tx, List<Decision.MarkWithdrawn> marks);

  /** Moves the jobs to the table of ended attempts. */
  Uni<Void> storeEnds(Tx tx, List<Decision.End> ends, Map<UUID, ReportDetails> reported);

  /** Remembers that pilots ended. */
  Uni<Void> addEndedPilots(Tx tx, List<EndedPilot> pilots, Instant now);

  /** Forgets pilots that ended before that time. */
  Uni<Void> forgetEndedPilots(Tx tx, Instant before);
}

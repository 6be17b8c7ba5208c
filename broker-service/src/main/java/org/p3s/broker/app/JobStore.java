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

/** Live jobs, loaded for decisions and stored as decided, in sets. */
public interface JobStore {

  /** What a pilot said about a job beside the facts that decide. */
  record Details(
      @Nullable String host,
      @Nullable Long pid,
      @Nullable String workdir,
      @Nullable Double cpuS,
      @Nullable Long maxRssKib,
      List<ObservedFile> inputs,
      List<ObservedFile> outputs,
      @Nullable String stdout,
      @Nullable String stderr) {

    public static final Details NONE =
        new Details(null, null, null, null, null, List.of(), List.of(), null, null);
  }

  /** An attempt that ended. */
  record Past(UUID job, @Nullable Long lease, @Nullable UUID pilot, int slot, boolean reported) {}

  /** A pilot that ended. */
  record Gone(UUID pilot, String reason) {}

  /** Locks live jobs, in one order whoever asks. */
  Uni<List<Job>> lock(Tx tx, Collection<UUID> jobs);

  /** Locks the jobs in these pilots' hands. */
  Uni<List<Job>> lockHeldBy(Tx tx, Collection<UUID> pilots);

  /** Locks jobs in the hands of pilots that have ended, if nobody else is at them. */
  Uni<List<Job>> lockHeldByGone(Tx tx, int limit);

  /** Locks jobs whose confirmation is overdue, if nobody else is at them. */
  Uni<List<Job>> lockUnconfirmed(Tx tx, Instant now, int limit);

  /** Locks waiting jobs past their deadline, if nobody else is at them. */
  Uni<List<Job>> lockStale(Tx tx, Instant now, int limit);

  /** The ended attempts of these jobs. */
  Uni<List<Past>> past(Tx tx, Collection<UUID> jobs);

  /** Their payloads run. */
  Uni<Void> run(Tx tx, List<Decision.Run> runs, Map<UUID, Details> details);

  /** They wait again. */
  Uni<Void> requeue(Tx tx, List<Decision.Requeue> requeues);

  /** They are not wanted any more. */
  Uni<Void> mark(Tx tx, List<Decision.Mark> marks);

  /** They leave the queue for the ledger. */
  Uni<Void> end(Tx tx, List<Decision.End> ends, Map<UUID, Details> details);

  /** Remembers that pilots ended. */
  Uni<Void> gone(Tx tx, List<Gone> pilots, Instant now);

  /** Forgets pilots that ended before that time. */
  Uni<Void> forgetGone(Tx tx, Instant before);
}

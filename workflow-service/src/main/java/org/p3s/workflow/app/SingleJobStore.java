package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;

/** Changes single jobs. */
public interface SingleJobStore {

  /**
   * Changes the priority of a job that waits.
   *
   * @return the job; empty if there is none that waits
   */
  Uni<Optional<SelectedJob>> changePriority(Tx tx, UUID uuid, int priority);

  /**
   * Excludes retries: however the present attempt ends, none follows. Waits for a transaction that
   * defines a retry just now.
   */
  Uni<Void> excludeRetries(Tx tx, UUID uuid);

  /** Ends a job in state template as cancelled. */
  Uni<Void> cancelTemplate(Tx tx, UUID uuid, Instant now);
}

package org.p3s.watcher.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.watcher.domain.FileOutcome;
import org.p3s.watcher.domain.FileProgress;
import org.p3s.watcher.domain.FileWorkflow;

/** What the ledger knows of the workflows of files. */
public interface FileOutcomes {

  /** Locks the files until the end of the transaction, always in the same order. */
  Uni<Void> lock(Tx tx, Set<UUID> files);

  /** Adds workflows, or changes their status. A workflow that ended stays as it is. */
  Uni<Void> saveWorkflows(Tx tx, List<FileWorkflow> workflows);

  /** How far the workflows of each file are. Unknown files are left out. */
  Uni<List<FileProgress>> progress(Tx tx, Set<UUID> files);

  Uni<Void> saveOutcomes(Tx tx, List<FileOutcome> outcomes, Instant now);
}

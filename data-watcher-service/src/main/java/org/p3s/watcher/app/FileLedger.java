package org.p3s.watcher.app;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.FileRecord;
import org.p3s.watcher.domain.Watch;

/** The ledger of files: which ones a watch has seen and taken, and which are still to be moved. */
public interface FileLedger {

  /** A processed file that is still to be moved or deleted. */
  record PendingAction(UUID file, String path, AfterAction action) {}

  /** Those of the paths that the ledger does not have, or has as seen only. */
  Uni<Set<String>> undecided(String watch, Collection<String> paths);

  /**
   * Saves files that are new, or whose state in the ledger allows the new one. Others stay as they
   * are: another replica was faster.
   *
   * @return the files that were saved, as they are in the ledger now
   */
  Uni<List<FileRecord>> save(Tx tx, Watch watch, List<FileRecord> files);

  /** The number of files whose workflows are not done. */
  Uni<Long> countInProgress(String watch);

  /** At most 1,000 files that are still to be moved or deleted. */
  Uni<List<PendingAction>> pendingActions(String watch);

  /**
   * Closes pending actions, whether they succeeded or not.
   *
   * @param results by file, text for the column {@code reason}
   */
  Uni<Void> closeActions(Map<UUID, String> results);
}

package org.p3s.watcher.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.Watch;

/** Moves or deletes files that are processed. Blocks. */
@ApplicationScoped
public class AfterActions {

  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

  private final FileStorage storage;
  private final FileLedger ledger;

  AfterActions(FileStorage storage, FileLedger ledger) {
    this.storage = storage;
    this.ledger = ledger;
  }

  /**
   * Applies the pending actions of a watch. A failure is noted in the file's {@code reason}; the
   * file stays where it is and the action is not tried again.
   */
  void apply(Watch watch) {
    Map<UUID, String> results = new HashMap<>();
    for (FileLedger.PendingAction pending :
        ledger.pendingActions(watch.name()).await().atMost(DATABASE_TIMEOUT)) {
      results.put(pending.file(), apply(watch, pending));
    }
    ledger.closeActions(results).await().atMost(DATABASE_TIMEOUT);
  }

  private String apply(Watch watch, FileLedger.PendingAction pending) {
    String path = pending.path();
    boolean delete = pending.action() == AfterAction.DELETE;
    try {
      if (delete) {
        storage.delete(path);
        return "deleted";
      }
      if (!storage.exists(path)) {
        return "the file was not there any more when it was to be moved";
      }
      return "moved to " + storage.move(path, String.valueOf(watch.moveTo()));
    } catch (FileStorage.TargetExistsException e) {
      return "not moved: " + e.getMessage();
    } catch (IOException e) {
      return (delete ? "not deleted: " : "not moved: ") + e;
    }
  }
}

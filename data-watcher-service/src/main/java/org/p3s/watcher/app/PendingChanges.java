package org.p3s.watcher.app;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.p3s.watcher.app.FileStorage.DirectoryChange;

/**
 * Collects the changes of directories until they are taken. So a burst of files needs only as many
 * transactions as the taker can make, not one for each file. Several threads may use it.
 */
final class PendingChanges {

  /** If more files of a directory changed, listing it costs less than checking each of them. */
  private static final int MAX_FILES = 10_000;

  private final Runnable onFirst;
  private final Map<String, Set<String>> filesByDirectory = new HashMap<>();
  private final Set<String> incomplete = new HashSet<>();

  /**
   * @param onFirst called when there is a change to take and there was none before
   */
  PendingChanges(Runnable onFirst) {
    this.onFirst = onFirst;
  }

  void add(DirectoryChange change) {
    if (collect(change)) {
      onFirst.run();
    }
  }

  private synchronized boolean collect(DirectoryChange change) {
    boolean first = filesByDirectory.isEmpty();
    String directory = change.directory();
    Set<String> files = filesByDirectory.computeIfAbsent(directory, d -> new HashSet<>());
    if (change.incomplete() || files.size() + change.files().size() > MAX_FILES) {
      incomplete.add(directory);
    }
    if (incomplete.contains(directory)) {
      files.clear();
    } else {
      files.addAll(change.files());
    }
    return first;
  }

  /** The changes since the last call, one for each directory. */
  synchronized List<DirectoryChange> takeAll() {
    List<DirectoryChange> taken =
        filesByDirectory.entrySet().stream()
            .map(
                e -> new DirectoryChange(e.getKey(), e.getValue(), incomplete.contains(e.getKey())))
            .toList();
    filesByDirectory.clear();
    incomplete.clear();
    return taken;
  }
}

package org.p3s.watcher.app;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.watcher.domain.CompletenessRule;
import org.p3s.watcher.domain.FileRecord;
import org.p3s.watcher.domain.FileRecordBuilder;
import org.p3s.watcher.domain.FileSnapshot;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.PathText;
import org.p3s.watcher.domain.PendingFile;
import org.p3s.watcher.domain.RunNumber;
import org.p3s.watcher.domain.SelectionRules;
import org.p3s.watcher.domain.Watch;

/**
 * Finds the files of one watch and decides which have arrived. Blocks; only the thread of {@link
 * WatchRunner} uses it.
 */
final class WatchScanner {

  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

  private final Watch watch;
  private final SelectionRules selection;
  private final FileStorage storage;
  private final FileLedger ledger;
  private final ArrivalRecorder arrivals;
  private final AfterActions afterActions;
  private final InstantSource clock;

  /** Files that were seen and are not decided yet, by path. */
  private final Map<String, PendingFile> pendingFiles = new HashMap<>();

  WatchScanner(
      Watch watch,
      FileStorage storage,
      FileLedger ledger,
      ArrivalRecorder arrivals,
      AfterActions afterActions,
      InstantSource clock) {
    this.watch = watch;
    this.selection = new SelectionRules(watch);
    this.storage = storage;
    this.ledger = ledger;
    this.arrivals = arrivals;
    this.afterActions = afterActions;
    this.clock = clock;
  }

  Watch watch() {
    return watch;
  }

  /** Moves or deletes the files of this watch that are processed. */
  void applyAfterActions() {
    afterActions.apply(watch);
  }

  /**
   * Lists the whole directory and checks all files in it.
   *
   * @return the directories that were listed, to subscribe to their changes
   */
  List<String> scan() throws IOException {
    applyAfterActions();
    pendingFiles.keySet().removeIf(path -> !storage.exists(path));
    List<String> unreadable = new ArrayList<>();
    List<String> directories =
        storage.list(
            watch.path(),
            watch.recursive(),
            selection::matchesPattern,
            paths -> {
              try {
                checkFiles(paths);
              } catch (IOException e) {
                unreadable.add(paths.get(0));
              }
            });
    if (!unreadable.isEmpty()) {
      throw new IOException("cannot read " + unreadable.get(0));
    }
    return directories;
  }

  /** Checks files that have changed; those that do not belong to the watch are left out. */
  void checkChangedFiles(Set<String> paths) throws IOException {
    Set<String> matching = new LinkedHashSet<>();
    for (String changed : paths) {
      String path = withoutMarker(changed);
      if (selection.matchesPattern(PathText.fileName(path))) {
        matching.add(path);
      }
    }
    if (!matching.isEmpty()) {
      checkFiles(matching);
    }
  }

  /**
   * Checks the files that may have become complete.
   *
   * @return when to call this again; empty if no file waits for a time
   */
  Optional<Instant> checkDueFiles() throws IOException {
    Instant now = clock.instant();
    List<String> due = new ArrayList<>();
    pendingFiles.forEach(
        (path, file) -> {
          if (file.isDue(now)) {
            due.add(path);
          }
        });
    if (!due.isEmpty()) {
      checkFiles(due);
    }
    return pendingFiles.values().stream()
        .map(PendingFile::nextCheck)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }

  private String withoutMarker(String path) {
    String marker = watch.marker();
    return marker != null && path.endsWith(marker)
        ? path.substring(0, path.length() - marker.length())
        : path;
  }

  private void checkFiles(Collection<String> paths) throws IOException {
    Set<String> undecided = ledger.undecided(watch.name(), paths).await().atMost(DATABASE_TIMEOUT);
    // The others were decided by another replica, or before this one was started.
    paths.stream().filter(path -> !undecided.contains(path)).forEach(pendingFiles::remove);
    List<FileRecord> records = new ArrayList<>();
    long freeCapacity = undecided.isEmpty() ? 0 : freeCapacity();
    for (String path : undecided) {
      FileRecord record = checkFile(path, freeCapacity);
      if (record != null) {
        records.add(record);
        freeCapacity -= record.state() == FileState.ARRIVED ? 1 : 0;
      }
    }
    if (!records.isEmpty()) {
      arrivals.record(watch, records).await().atMost(DATABASE_TIMEOUT);
      records.stream()
          .filter(record -> record.state() != FileState.SEEN)
          .forEach(record -> pendingFiles.remove(record.path()));
    }
  }

  /** How many more files may be in progress under the watch's cap. */
  private long freeCapacity() {
    Integer cap = watch.cap();
    return cap == null
        ? Long.MAX_VALUE
        : cap - ledger.countInProgress(watch.name()).await().atMost(DATABASE_TIMEOUT);
  }

  /** What to record of a file; null if there is nothing new to record. */
  private @Nullable FileRecord checkFile(String path, long freeCapacity) throws IOException {
    Optional<FileSnapshot> snapshot = storage.snapshot(path);
    if (snapshot.isEmpty()) {
      pendingFiles.remove(path);
      return null;
    }
    Instant now = clock.instant();
    PendingFile before = pendingFiles.get(path);
    PendingFile file = PendingFile.checked(before, snapshot.get(), now);
    Optional<Instant> nextCheck = CompletenessRule.nextCheck(watch, file, isMarked(path), now);
    pendingFiles.put(path, file.withNextCheck(nextCheck.orElse(null)));
    boolean full = freeCapacity <= 0;
    if (nextCheck.isPresent() || full) {
      String reason = full ? "cap" : null;
      return before == null ? record(path, file, FileState.SEEN, reason, null) : null;
    }
    return selection.isInFraction(PathText.fileName(path))
        ? record(path, file, FileState.ARRIVED, null, now)
        : record(path, file, FileState.SKIPPED, "fraction", now);
  }

  private boolean isMarked(String path) {
    return watch.marker() != null && storage.exists(path + watch.marker());
  }

  private static FileRecord record(
      String path,
      PendingFile file,
      FileState state,
      @Nullable String reason,
      @Nullable Instant completeAt) {
    String name = PathText.fileName(path);
    return FileRecordBuilder.builder()
        .uuid(Ids.next())
        .path(path)
        .directory(PathText.directory(path))
        .name(name)
        .size(file.snapshot().size())
        .mtime(file.snapshot().mtime())
        .state(state)
        .reason(reason)
        .run(RunNumber.ofFileName(name))
        .firstSeen(file.firstSeen())
        .completeAt(completeAt)
        .build();
  }
}

package org.p3s.watcher.app;

import static java.util.Objects.requireNonNull;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.FileRecord;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.Watch;

/** The ledger of one watch in a map. */
final class InMemoryLedger implements FileLedger {

  final Map<String, FileRecord> files = new HashMap<>();
  final Map<UUID, PendingAction> pendingActions = new HashMap<>();
  final Map<UUID, String> results = new HashMap<>();

  /** Fails if the file is not in the ledger. */
  FileRecord file(String path) {
    return requireNonNull(files.get(path), path);
  }

  /** Adds an action that is still to be done. */
  UUID request(AfterAction action, String path) {
    UUID file = UUID.randomUUID();
    pendingActions.put(file, new PendingAction(file, path, action));
    return file;
  }

  void save(List<FileRecord> saved) {
    saved.forEach(file -> files.put(file.path(), file));
  }

  @Override
  public Uni<Set<String>> undecided(String watch, Collection<String> paths) {
    Set<String> undecided = new HashSet<>(paths);
    undecided.removeIf(path -> files.containsKey(path) && file(path).state() != FileState.SEEN);
    return Uni.createFrom().item(undecided);
  }

  @Override
  public Uni<List<FileRecord>> save(Tx tx, Watch watch, List<FileRecord> saved) {
    throw new UnsupportedOperationException("no transactions in this test");
  }

  @Override
  public Uni<Long> countInProgress(String watch) {
    long arrived = files.values().stream().filter(f -> f.state() == FileState.ARRIVED).count();
    return Uni.createFrom().item(arrived);
  }

  @Override
  public Uni<List<PendingAction>> pendingActions(String watch) {
    return Uni.createFrom().item(new ArrayList<>(pendingActions.values()));
  }

  @Override
  public Uni<Void> closeActions(Map<UUID, String> closed) {
    pendingActions.keySet().removeAll(closed.keySet());
    results.putAll(closed);
    return Uni.createFrom().voidItem();
  }
}

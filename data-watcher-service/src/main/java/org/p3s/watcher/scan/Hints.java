package org.p3s.watcher.scan;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * What the operating system tells of directories. It is collected until it is taken, so that a
 * burst of files costs as many transactions as the taker manages, not one for each file.
 */
final class Hints implements Closeable {

  private static final Logger LOG = Logger.getLogger(Hints.class);

  /** With more files than this, reading the whole directory is cheaper than asking for each. */
  private static final int MANY = 10_000;

  /** Files that came or changed; with {@code all} some are not named. */
  record Told(Path directory, Set<Path> files, boolean all) {

    private Told with(Set<Path> more, boolean overflow) {
      if (all || overflow || files.size() + more.size() > MANY) {
        return new Told(directory, Set.of(), true);
      }
      files.addAll(more);
      return this;
    }
  }

  private final Runnable bell;
  private final WatchService service;
  private final Map<WatchKey, Path> keys = new ConcurrentHashMap<>();
  private final Map<Path, Told> told = new HashMap<>();

  /**
   * @param bell called when there is something to take after there was nothing
   */
  Hints(Runnable bell) throws IOException {
    this.bell = bell;
    this.service = FileSystems.getDefault().newWatchService();
  }

  void start() {
    Thread listener = new Thread(this::listen, "watcher-hints");
    listener.setDaemon(true);
    listener.start();
  }

  void listenTo(Path directory) {
    if (keys.containsValue(directory)) {
      return;
    }
    try {
      WatchKey key =
          directory.register(
              service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      keys.put(key, directory);
    } catch (IOException e) {
      LOG.debugf("no hints from %s: %s", directory, e);
    }
  }

  /** What was told since the last call, one for each directory. */
  List<Told> take() {
    synchronized (told) {
      List<Told> taken = List.copyOf(told.values());
      told.clear();
      return taken;
    }
  }

  /** Adds to what is to be taken. */
  void tell(Path directory, Set<Path> files, boolean overflow) {
    boolean first;
    synchronized (told) {
      first = told.isEmpty();
      Told before = told.get(directory);
      Told known = before == null ? new Told(directory, new HashSet<>(), false) : before;
      told.put(directory, known.with(files, overflow));
    }
    if (first) {
      bell.run();
    }
  }

  private void listen() {
    try {
      while (true) {
        pass(service.take());
      }
    } catch (ClosedWatchServiceException e) {
      LOG.debug("no more hints");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(WatchKey key) {
    Path directory = keys.get(key);
    Set<Path> files = new HashSet<>();
    boolean overflow = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      if (event.context() instanceof Path name && directory != null) {
        files.add(directory.resolve(name));
      } else {
        overflow = true;
      }
    }
    if (!key.reset()) {
      keys.remove(key);
    }
    if (directory != null) {
      tell(directory, files, overflow);
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}

package org.p3s.watcher.storage;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.p3s.watcher.app.FileStorage.ChangeEvents;
import org.p3s.watcher.app.FileStorage.DirectoryChange;

/** Change events of the operating system (inotify on Linux), read by a thread of its own. */
final class DirectoryEvents implements ChangeEvents {

  private static final Logger LOG = Logger.getLogger(DirectoryEvents.class);

  private final Consumer<DirectoryChange> listener;
  private final WatchService service;
  private final Map<WatchKey, Path> subscriptions = new ConcurrentHashMap<>();

  DirectoryEvents(Consumer<DirectoryChange> listener) throws IOException {
    this.listener = listener;
    this.service = FileSystems.getDefault().newWatchService();
  }

  void start() {
    Thread thread = new Thread(this::readEvents, "directory-events");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void subscribe(String directory) {
    Path path = Path.of(directory);
    if (subscriptions.containsValue(path)) {
      return;
    }
    try {
      WatchKey key =
          path.register(
              service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      subscriptions.put(key, path);
    } catch (IOException e) {
      LOG.debugf("No change events from %s, only scans: %s", directory, e);
    }
  }

  private void readEvents() {
    try {
      while (true) {
        report(service.take());
      }
    } catch (ClosedWatchServiceException e) {
      LOG.debug("Change events are closed.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(WatchKey key) {
    Path directory = subscriptions.get(key);
    Set<String> files = new HashSet<>();
    boolean incomplete = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      if (event.context() instanceof Path name && directory != null) {
        files.add(directory.resolve(name).toString());
      } else {
        // The queue of the operating system was full.
        incomplete = true;
      }
    }
    if (!key.reset()) {
      // The directory does not exist any more.
      subscriptions.remove(key);
    }
    if (directory != null) {
      listener.accept(new DirectoryChange(directory.toString(), files, incomplete));
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}

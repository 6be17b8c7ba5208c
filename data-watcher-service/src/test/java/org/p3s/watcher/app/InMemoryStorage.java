package org.p3s.watcher.app;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.p3s.watcher.domain.FileSnapshot;
import org.p3s.watcher.domain.PathText;

/** Files that have a size and a time, and no content. */
final class InMemoryStorage implements FileStorage {

  private final Map<String, FileSnapshot> files = new TreeMap<>();

  /** By path. */
  Map<String, FileSnapshot> files() {
    return files;
  }

  /** Adds a file, or changes it. */
  void write(String path, long size, Instant mtime) {
    files.put(path, new FileSnapshot(size, mtime));
  }

  @Override
  public String normalize(String directory) {
    return directory;
  }

  @Override
  public boolean isReadableDirectory(String directory) {
    return true;
  }

  @Override
  public List<String> list(
      String directory,
      boolean recursive,
      Predicate<String> nameFilter,
      Consumer<List<String>> chunks) {
    List<String> found =
        files.keySet().stream()
            .filter(path -> PathText.directory(path).equals(directory))
            .filter(path -> nameFilter.test(PathText.fileName(path)))
            .toList();
    if (!found.isEmpty()) {
      chunks.accept(found);
    }
    return List.of(directory);
  }

  @Override
  public Optional<FileSnapshot> snapshot(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public boolean exists(String path) {
    return files.containsKey(path);
  }

  @Override
  public String move(String path, String targetDirectory) throws IOException {
    String target = targetDirectory + "/" + PathText.fileName(path);
    if (files.containsKey(target)) {
      throw new TargetExistsException(target);
    }
    FileSnapshot moved = files.remove(path);
    if (moved == null) {
      throw new IOException("there is no " + path);
    }
    files.put(target, moved);
    return target;
  }

  @Override
  public void delete(String path) throws IOException {
    if (path.endsWith("protected")) {
      throw new IOException(path + " is protected");
    }
    files.remove(path);
  }

  @Override
  public ChangeEvents openChangeEvents(Consumer<DirectoryChange> listener) {
    throw new UnsupportedOperationException("no events in this test");
  }
}

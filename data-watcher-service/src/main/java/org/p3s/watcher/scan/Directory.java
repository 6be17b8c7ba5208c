package org.p3s.watcher.scan;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.p3s.watcher.domain.Watch;

/** Reads the directory of a watch; one stat per file that matches, nothing kept. */
final class Directory {

  private static final int CHUNK = 5_000;

  private final Watch watch;
  private final PathMatcher matcher;

  Directory(Watch watch) {
    this.watch = watch;
    this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + watch.pattern());
  }

  boolean matches(Path file) {
    Path name = file.getFileName();
    return name != null && !isHidden(name) && matcher.matches(name);
  }

  // As in a shell, a name with a leading dot is meant only by a pattern that says so: rsync and
  // others write to such a name until the file is whole.
  private boolean isHidden(Path name) {
    return name.toString().startsWith(".") && !watch.pattern().startsWith(".");
  }

  /** All matching files, in chunks; the directories that were read. */
  List<Path> read(Consumer<List<Path>> chunks) throws IOException {
    List<Path> directories = new ArrayList<>();
    List<Path> chunk = new ArrayList<>();
    read(Path.of(watch.path()), directories, chunk, chunks);
    if (!chunk.isEmpty()) {
      chunks.accept(chunk);
    }
    return directories;
  }

  private void read(Path dir, List<Path> directories, List<Path> chunk, Consumer<List<Path>> chunks)
      throws IOException {
    directories.add(dir);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
      for (Path entry : entries) {
        if (descendsInto(entry)) {
          read(entry, directories, chunk, chunks);
        } else if (matches(entry)) {
          chunk.add(entry);
          if (chunk.size() == CHUNK) {
            chunks.accept(List.copyOf(chunk));
            chunk.clear();
          }
        }
      }
    }
  }

  // Not into .snapshot, .rsync-partial and the like, nor in circles.
  private boolean descendsInto(Path entry) {
    return watch.recursive()
        && !String.valueOf(entry.getFileName()).startsWith(".")
        && Files.isDirectory(entry)
        && !Files.isSymbolicLink(entry);
  }

  /** Size and time of a regular file; empty if it is none, or is gone. */
  static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.isRegularFile() ? Optional.of(found) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  boolean isMarked(Path file) {
    return watch.marker() != null && Files.exists(Path.of(file + watch.marker()));
  }
}

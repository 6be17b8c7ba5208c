package org.p3s.watcher.storage;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.p3s.watcher.app.FileStorage;
import org.p3s.watcher.domain.FileSnapshot;

/** Files that the operating system mounts: local disks and network file systems. */
@ApplicationScoped
class PosixStorage implements FileStorage {

  @Override
  public String normalize(String directory) {
    Path path;
    try {
      path = Path.of(directory);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(e.getReason(), e);
    }
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("it does not start with /");
    }
    return path.normalize().toString();
  }

  @Override
  public boolean isReadableDirectory(String directory) {
    Path path = Path.of(directory);
    return Files.isDirectory(path) && Files.isReadable(path);
  }

  @Override
  public List<String> list(
      String directory,
      boolean recursive,
      Predicate<String> nameFilter,
      Consumer<List<String>> chunks)
      throws IOException {
    Listing listing = new Listing(recursive, nameFilter, chunks);
    listing.read(Path.of(directory));
    listing.handOver();
    return listing.directories;
  }

  /** One listing under way. No file is opened, and only one chunk is kept in memory. */
  private static final class Listing {

    private final boolean recursive;
    private final Predicate<String> nameFilter;
    private final Consumer<List<String>> chunks;
    private final List<String> directories = new ArrayList<>();
    private final List<String> chunk = new ArrayList<>();

    private Listing(
        boolean recursive, Predicate<String> nameFilter, Consumer<List<String>> chunks) {
      this.recursive = recursive;
      this.nameFilter = nameFilter;
      this.chunks = chunks;
    }

    private void read(Path directory) throws IOException {
      directories.add(directory.toString());
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (recursive && isDirectoryToEnter(entry, name)) {
            read(entry);
          } else if (nameFilter.test(name)) {
            chunk.add(entry.toString());
            if (chunk.size() == CHUNK) {
              handOver();
            }
          }
        }
      }
    }

    // A link could lead back to a directory above it.
    private static boolean isDirectoryToEnter(Path entry, String name) {
      return !name.startsWith(".") && Files.isDirectory(entry) && !Files.isSymbolicLink(entry);
    }

    private void handOver() {
      if (!chunk.isEmpty()) {
        chunks.accept(List.copyOf(chunk));
        chunk.clear();
      }
    }
  }

  @Override
  public Optional<FileSnapshot> snapshot(String path) throws IOException {
    try {
      BasicFileAttributes found = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      return found.isRegularFile()
          ? Optional.of(new FileSnapshot(found.size(), found.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean exists(String path) {
    try {
      return Files.exists(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  @Override
  public String move(String path, String targetDirectory) throws IOException {
    Path file = Path.of(path);
    Path target = Path.of(targetDirectory).resolve(String.valueOf(file.getFileName()));
    try {
      linkOrMove(file, target);
      return target.toString();
    } catch (FileAlreadyExistsException e) {
      throw new TargetExistsException(target.toString());
    }
  }

  /** Java checks for the target and then renames; a second link fails if the target exists. */
  private static void linkOrMove(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another file system, or one without links.
      Files.move(file, target);
      return;
    }
    Files.delete(file);
  }

  @Override
  public void delete(String path) throws IOException {
    Files.deleteIfExists(Path.of(path));
  }

  @Override
  public ChangeEvents openChangeEvents(Consumer<DirectoryChange> listener) {
    try {
      DirectoryEvents events = new DirectoryEvents(listener);
      events.start();
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot get change events of the operating system", e);
    }
  }
}

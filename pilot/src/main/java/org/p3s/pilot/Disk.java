package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The disk that payloads run on: how many job directories stay there, and whether there is room for
 * another job. When it gets too full, directories of ended jobs go, the oldest first; if that is
 * not enough, no job is asked for.
 */
final class Disk {

  private static final int UUID_LENGTH = 36;

  private record Aged(Path path, FileTime time) {}

  private final Path work;
  private final int keep;
  private final long minFree;
  private boolean wasFull;
  private int endedSince;

  Disk(Path work, int keep, long minFreeMib) {
    this.work = work;
    this.keep = keep;
    this.minFree = minFreeMib * 1024 * 1024;
  }

  /** Bytes that payloads can write, -1 if that is not known. */
  long freeBytes() {
    // Not by its file store: that reads the table of mounts each time.
    long free = work.toFile().getUsableSpace();
    return free == 0 && !Files.isDirectory(work) ? -1 : free;
  }

  /**
   * Whether there is room for a job.
   *
   * @param inUse jobs whose directories stay whatever happens
   */
  synchronized boolean hasRoom(Set<String> inUse) {
    if (isFull()) {
      makeRoom(inUse);
    }
    boolean full = isFull();
    if (full && !wasFull) {
      Log.line(
          "only %d MiB are free in %s: no job is asked for until there are %d",
          freeBytes() / 1024 / 1024, work, minFree / 1024 / 1024);
    } else if (wasFull && !full) {
      Log.line("there is room in %s again", work);
    }
    wasFull = full;
    return !full;
  }

  private boolean isFull() {
    long free = freeBytes();
    return free >= 0 && free < minFree;
  }

  private void makeRoom(Set<String> inUse) {
    try {
      List<Aged> ended = ended(inUse);
      int gone = 0;
      for (int i = ended.size() - 1; i >= 0 && isFull(); i--, gone++) {
        delete(ended.get(i).path());
      }
      if (gone > 0) {
        Log.line("the disk is too full: %d directories of ended jobs are removed", gone);
      }
    } catch (IOException e) {
      Log.line("the disk is too full, and directories of ended jobs stay: %s", e);
    }
  }

  /**
   * A job ended. Keeps the newest directories, and those in use, so that a worker's disk does not
   * fill up; looks at all of them once in a tenth of what is kept, not for each job.
   */
  synchronized void jobEnded(Supplier<Set<String>> inUse) {
    endedSince++;
    if (endedSince > keep / 10) {
      endedSince = 0;
      prune(inUse.get());
    }
  }

  private void prune(Set<String> inUse) {
    try {
      List<Aged> all = ended(inUse);
      for (Aged old : all.subList(Math.min(keep, all.size()), all.size())) {
        delete(old.path());
      }
    } catch (IOException e) {
      Log.line("old job directories stay for now: %s", e);
    }
  }

  /** Newest first. */
  private List<Aged> ended(Set<String> inUse) throws IOException {
    List<Aged> all = new ArrayList<>();
    Path jobs = work.resolve("jobs");
    if (!Files.isDirectory(jobs)) {
      return all;
    }
    try (var entries = Files.newDirectoryStream(jobs)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!inUse.contains(name.substring(0, Math.min(UUID_LENGTH, name.length())))) {
          all.add(new Aged(entry, Files.getLastModifiedTime(entry)));
        }
      }
    }
    all.sort(Comparator.comparing(Aged::time).reversed());
    return all;
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

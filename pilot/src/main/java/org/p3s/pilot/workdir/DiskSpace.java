package org.p3s.pilot.workdir;

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
import org.p3s.pilot.console.PilotLog;

/**
 * Keeps free space on the disk that payloads run on. It removes old directories of ended jobs, and
 * more of them when the disk gets too full. If that does not help, there is no room for a job.
 */
public final class DiskSpace {

  private static final int UUID_LENGTH = 36;

  private record DatedDirectory(Path path, FileTime time) {}

  private final Path work;
  private final int keep;
  private final long minFree;
  private boolean wasFull;
  private final Supplier<Set<String>> jobsInUse;
  private int jobsSincePrune;

  /**
   * @param keep how many directories of ended jobs stay
   * @param minFreeMib free space below which there is no room for a job
   * @param jobsInUse jobs whose directories are never removed
   */
  public DiskSpace(Path work, int keep, long minFreeMib, Supplier<Set<String>> jobsInUse) {
    this.work = work;
    this.keep = keep;
    this.minFree = minFreeMib * 1024 * 1024;
    this.jobsInUse = jobsInUse;
  }

  /** Bytes that payloads can still write, -1 if that is not known. */
  public long freeBytes() {
    // Files.getFileStore would read the table of mounts each time.
    long free = work.toFile().getUsableSpace();
    return free == 0 && !Files.isDirectory(work) ? -1 : free;
  }

  /** Whether there is room for a job, if need be after directories of ended jobs are removed. */
  public synchronized boolean hasRoom() {
    if (isFull()) {
      makeRoom();
    }
    boolean full = isFull();
    if (full && !wasFull) {
      PilotLog.line(
          "only %d MiB are free in %s: no job is asked for until there are %d MiB",
          freeBytes() / 1024 / 1024, work, minFree / 1024 / 1024);
    } else if (wasFull && !full) {
      PilotLog.line("there is room in %s again", work);
    }
    wasFull = full;
    return !full;
  }

  private boolean isFull() {
    long free = freeBytes();
    return free >= 0 && free < minFree;
  }

  private void makeRoom() {
    try {
      List<DatedDirectory> ended = endedJobs();
      int removed = 0;
      for (int i = ended.size() - 1; i >= 0 && isFull(); i--, removed++) {
        delete(ended.get(i).path());
      }
      if (removed > 0) {
        PilotLog.line("the disk is too full: %d directories of ended jobs are removed", removed);
      }
    } catch (IOException e) {
      PilotLog.line("the disk is too full, but directories of ended jobs cannot be removed: %s", e);
    }
  }

  /**
   * To be called when a job has ended. Removes all directories but the newest and those in use. It
   * does so only after a number of jobs, a tenth of the directories that stay, because it has to
   * read all of them.
   */
  public synchronized void jobEnded() {
    jobsSincePrune++;
    if (jobsSincePrune > keep / 10) {
      jobsSincePrune = 0;
      prune();
    }
  }

  private void prune() {
    try {
      List<DatedDirectory> all = endedJobs();
      for (DatedDirectory old : all.subList(Math.min(keep, all.size()), all.size())) {
        delete(old.path());
      }
    } catch (IOException e) {
      PilotLog.line("old job directories cannot be removed: %s", e);
    }
  }

  /** The directories of ended jobs, the newest first. */
  private List<DatedDirectory> endedJobs() throws IOException {
    Set<String> inUse = jobsInUse.get();
    List<DatedDirectory> all = new ArrayList<>();
    Path jobs = JobDirectory.parent(work);
    if (!Files.isDirectory(jobs)) {
      return all;
    }
    try (var entries = Files.newDirectoryStream(jobs)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!inUse.contains(name.substring(0, Math.min(UUID_LENGTH, name.length())))) {
          all.add(new DatedDirectory(entry, Files.getLastModifiedTime(entry)));
        }
      }
    }
    all.sort(Comparator.comparing(DatedDirectory::time).reversed());
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

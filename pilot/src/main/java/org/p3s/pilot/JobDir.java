package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
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
import org.jspecify.annotations.Nullable;

/**
 * The place of one attempt of a job: {@code <work>/jobs/<job>.<attempt>/} with the logs, and in it
 * {@code work/}, where the payload runs.
 */
record JobDir(Path root) {

  /** A fresh place; an attempt that was given out twice gets a second one. */
  static JobDir make(Path base, Assignment job) throws IOException {
    Path jobs = Files.createDirectories(base.resolve("jobs"));
    Path root = jobs.resolve(job.id());
    try {
      Files.createDirectory(root);
    } catch (FileAlreadyExistsException e) {
      root = Files.createDirectories(jobs.resolve(job.id() + "." + job.lease()));
    }
    JobDir dir = new JobDir(root);
    Files.createDirectories(dir.work());
    return dir;
  }

  Path work() {
    return root.resolve("work");
  }

  Path stdout() {
    return root.resolve("stdout.log");
  }

  Path stderr() {
    return root.resolve("stderr.log");
  }

  /** Keeps the newest directories, and those in use, so that a worker's disk does not fill up. */
  static void prune(Path base, int keep, Set<String> inUse) {
    record Aged(Path path, FileTime time) {}
    List<Aged> all = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(base.resolve("jobs"))) {
      for (Path entry : entries) {
        if (!inUse.contains(entry.getFileName().toString())) {
          all.add(new Aged(entry, Files.getLastModifiedTime(entry)));
        }
      }
      all.sort(Comparator.comparing(Aged::time).reversed());
      for (Aged old : all.subList(Math.min(keep, all.size()), all.size())) {
        delete(old.path());
      }
    } catch (IOException e) {
      // Another pilot in the same directory may be at it, too.
      Log.line("old job directories stay for now: %s", e);
    }
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

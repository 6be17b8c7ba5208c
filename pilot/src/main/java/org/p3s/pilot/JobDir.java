package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The place of one attempt of a job: {@code <work>/jobs/<job>.<attempt>/} with the logs, and in it
 * {@code work/}, where the payload runs.
 */
record JobDir(Path root) {

  /** A fresh place; an attempt that was given out twice gets a second one. */
  static JobDir make(Path base, Assignment job) throws IOException {
    Path jobs = base.resolve("jobs");
    Path root = jobs.resolve(job.id());
    try {
      Files.createDirectory(root);
    } catch (NoSuchFileException e) {
      Files.createDirectories(root);
    } catch (FileAlreadyExistsException e) {
      root = Files.createDirectories(jobs.resolve(job.id() + "." + job.lease()));
    }
    JobDir dir = new JobDir(root);
    try {
      Files.createDirectory(dir.work());
    } catch (FileAlreadyExistsException e) {
      Files.createDirectories(dir.work());
    }
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
}

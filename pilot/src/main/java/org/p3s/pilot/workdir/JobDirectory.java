package org.p3s.pilot.workdir;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The directory of one attempt of a job: {@code <work>/jobs/<job>.<attempt>/} with the logs, and in
 * it {@code work/}, where the payload runs.
 */
public record JobDirectory(Path root) {

  /** The parent of all job directories. */
  static Path parent(Path work) {
    return work.resolve("jobs");
  }

  /**
   * Creates a new directory. If the attempt has one already, because the broker assigned it a
   * second time, the name of the new one also has the lease.
   */
  public static JobDirectory create(Path work, String attemptId, long lease) throws IOException {
    Path jobs = parent(work);
    Path root = jobs.resolve(attemptId);
    try {
      Files.createDirectory(root);
    } catch (NoSuchFileException e) {
      Files.createDirectories(root);
    } catch (FileAlreadyExistsException e) {
      root = Files.createDirectories(jobs.resolve(attemptId + "." + lease));
    }
    JobDirectory dir = new JobDirectory(root);
    try {
      Files.createDirectory(dir.work());
    } catch (FileAlreadyExistsException e) {
      Files.createDirectories(dir.work());
    }
    return dir;
  }

  public Path work() {
    return root.resolve("work");
  }

  public Path stdout() {
    return root.resolve("stdout.log");
  }

  public Path stderr() {
    return root.resolve("stderr.log");
  }
}

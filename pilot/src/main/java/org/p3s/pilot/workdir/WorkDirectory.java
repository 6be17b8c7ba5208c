package org.p3s.pilot.workdir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;

/**
 * The work directory of this pilot. No other pilot may use it at the same time: it would remove the
 * job directories of this one and deliver its reports.
 *
 * <p>The pilot therefore locks {@code <work>/lock}. The operating system releases the lock when the
 * process dies, by {@code kill -9} too, and payloads do not inherit it, so the next pilot can start
 * at once. Nothing else in this process may open that file: closing it would release the lock.
 */
public final class WorkDirectory {

  /** How long a pilot that is just ending may still hold its lock. */
  private static final Duration MAX_HANDOVER = Duration.ofSeconds(2);

  private static final int MAX_DEFAULT_DIRECTORIES = 256;

  /** Another pilot uses the directory; the message is for the user. */
  public static final class InUseException extends Exception {
    private static final long serialVersionUID = 1L;

    InUseException(String message) {
      super(message);
    }
  }

  private final Path path;

  // This reference keeps the channel from being garbage collected, which would close it.
  private final FileLock lock;

  private WorkDirectory(Path path, FileLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Locks the given directory; if none is given, {@code p3s-work} in the current directory, or else
   * the first of {@code p3s-work.2}, {@code p3s-work.3} ... that no other pilot uses.
   */
  public static WorkDirectory lock(@Nullable Path given, Path current)
      throws IOException, InterruptedException, InUseException {
    if (given != null) {
      return lock(given.toAbsolutePath().normalize());
    }
    Path preferred = current.toAbsolutePath().normalize().resolve("p3s-work");
    for (int i = 1; i <= MAX_DEFAULT_DIRECTORIES; i++) {
      WorkDirectory locked =
          tryLock(i == 1 ? preferred : preferred.resolveSibling(preferred.getFileName() + "." + i));
      if (locked != null) {
        return locked;
      }
    }
    throw inUse(preferred);
  }

  private static WorkDirectory lock(Path path)
      throws IOException, InterruptedException, InUseException {
    long deadline = System.nanoTime() + MAX_HANDOVER.toNanos();
    WorkDirectory dir = tryLock(path);
    while (dir == null && System.nanoTime() < deadline) {
      Thread.sleep(50);
      dir = tryLock(path);
    }
    if (dir == null) {
      throw inUse(path);
    }
    return dir;
  }

  private static InUseException inUse(Path path) {
    return new InUseException(
        "another pilot works in " + path + "; give this one a directory of its own with --work");
  }

  private static @Nullable WorkDirectory tryLock(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new WorkDirectory(path, lock);
      }
    } catch (OverlappingFileLockException e) {
      // This process itself holds the lock.
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "it cannot be locked, choose one on a local disk: " + PilotLog.describe(e), e);
    }
    channel.close();
    return null;
  }

  public Path path() {
    return path;
  }

  /** For tests; when the process ends, the operating system releases the lock. */
  void release() throws IOException {
    lock.channel().close();
  }
}

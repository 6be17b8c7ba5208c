package org.p3s.pilot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The directory that this pilot works in, alone: pilots that shared one would remove each other's
 * job directories and bring each other's reports.
 *
 * <p>A lock on {@code <work>/lock} says so. The operating system gives it back when the process
 * dies, by {@code kill -9} too, and no payload inherits it, so the next pilot can begin at once.
 * Nothing else may open that file: to close it once would give the lock back.
 */
final class WorkDir {

  /** So long a pilot that is just dying may still hold its lock. */
  private static final Duration HANDOVER = Duration.ofSeconds(2);

  private static final int MOST_SIDE_BY_SIDE = 256;

  /** Another pilot is there; the message is for the user. */
  static final class Taken extends Exception {
    private static final long serialVersionUID = 1L;

    Taken(String message) {
      super(message);
    }
  }

  private final Path path;

  // Held, so that the channel is not collected and closed.
  private final FileLock lock;

  private WorkDir(Path path, FileLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * The directory that was asked for; else {@code p3s-work} here, or the first of {@code
   * p3s-work.2} and so on that no other pilot has.
   */
  static WorkDir take(@Nullable Path asked, Path here)
      throws IOException, InterruptedException, Taken {
    if (asked != null) {
      return take(asked.toAbsolutePath().normalize());
    }
    Path usual = here.toAbsolutePath().normalize().resolve("p3s-work");
    for (int i = 1; i <= MOST_SIDE_BY_SIDE; i++) {
      WorkDir taken = tryTake(i == 1 ? usual : usual.resolveSibling(usual.getFileName() + "." + i));
      if (taken != null) {
        return taken;
      }
    }
    throw taken(usual);
  }

  private static WorkDir take(Path path) throws IOException, InterruptedException, Taken {
    long deadline = System.nanoTime() + HANDOVER.toNanos();
    WorkDir dir = tryTake(path);
    while (dir == null && System.nanoTime() < deadline) {
      Thread.sleep(50);
      dir = tryTake(path);
    }
    if (dir == null) {
      throw taken(path);
    }
    return dir;
  }

  private static Taken taken(Path path) {
    return new Taken(
        "another pilot works in " + path + "; give this one a directory of its own with --work");
  }

  private static @Nullable WorkDir tryTake(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new WorkDir(path, lock);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process.
    } catch (IOException e) {
      channel.close();
      throw new IOException("it can't be locked, choose one on a local disk: " + Http.why(e), e);
    }
    channel.close();
    return null;
  }

  Path path() {
    return path;
  }

  /** For tests; a process that ends needs no word. */
  void leave() throws IOException {
    lock.channel().close();
  }
}

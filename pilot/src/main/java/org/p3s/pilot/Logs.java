package org.p3s.pilot;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Both streams of a payload, carried from its pipes to their places by two threads. */
final class Logs {

  private static final int PIECE = 32 * 1024;

  /** For a process that nobody could end and that still holds a pipe. */
  private static final Duration LATE = Duration.ofSeconds(1);

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "log");
            thread.setDaemon(true);
            return thread;
          });

  private final StreamLog stdout;
  private final StreamLog stderr;
  private List<Future<?>> pumps = List.of();

  Logs(JobDir dir, long limit) throws IOException {
    this.stdout = new StreamLog(dir.stdout(), limit);
    this.stderr = new StreamLog(dir.stderr(), limit);
  }

  Tail stdout() {
    return stdout.tail();
  }

  Tail stderr() {
    return stderr.tail();
  }

  void carry(Process process) {
    pumps =
        List.of(
            THREADS.submit(() -> pump(process.getInputStream(), stdout)),
            THREADS.submit(() -> pump(process.getErrorStream(), stderr)));
  }

  private static void pump(InputStream from, StreamLog to) {
    byte[] bytes = new byte[PIECE];
    try {
      for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
        to.write(bytes, n);
      }
    } catch (IOException e) {
      // Closed under the reader: the payload has ended.
    }
  }

  /** To be called when the payload has ended: the rest of the pipes, and the ends of the files. */
  void close() throws InterruptedException {
    long deadline = System.nanoTime() + LATE.toNanos();
    for (Future<?> pump : pumps) {
      try {
        pump.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException | TimeoutException e) {
        Log.line("a stream of a payload is not read to its end: %s", e);
      }
    }
    stdout.close();
    stderr.close();
  }
}

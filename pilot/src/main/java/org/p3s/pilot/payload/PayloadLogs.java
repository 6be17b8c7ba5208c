package org.p3s.pilot.payload;

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
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.workdir.JobDirectory;

/** The logs of a payload: two threads read its standard output and error from their pipes. */
public final class PayloadLogs {

  private static final int BUFFER_BYTES = 32 * 1024;

  /** A process that could not be killed may keep a pipe open; so long the end of it is awaited. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(1);

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "log");
            thread.setDaemon(true);
            return thread;
          });

  private final StreamLog stdout;
  private final StreamLog stderr;
  private List<Future<?>> readers = List.of();

  public PayloadLogs(JobDirectory dir, long limit) throws IOException {
    this.stdout = new StreamLog(dir.stdout(), limit);
    this.stderr = new StreamLog(dir.stderr(), limit);
  }

  public LogTail stdout() {
    return stdout.tail();
  }

  public LogTail stderr() {
    return stderr.tail();
  }

  /** Starts to read the streams of a process. */
  void read(Process process) {
    readers =
        List.of(
            THREADS.submit(() -> readAll(process.getInputStream(), stdout)),
            THREADS.submit(() -> readAll(process.getErrorStream(), stderr)));
  }

  private static void readAll(InputStream from, StreamLog to) {
    byte[] bytes = new byte[BUFFER_BYTES];
    try {
      for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
        to.write(bytes, n);
      }
    } catch (IOException e) {
      // The pipe was closed because the payload has ended.
    }
  }

  /** To be called when the payload has ended: reads the rest of the pipes, completes the files. */
  void close() throws InterruptedException {
    long deadline = System.nanoTime() + MAX_WAIT.toNanos();
    for (Future<?> reader : readers) {
      try {
        reader.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException | TimeoutException e) {
        PilotLog.line("the output of a payload could not be read to its end: %s", e);
      }
    }
    stdout.close();
    stderr.close();
  }
}

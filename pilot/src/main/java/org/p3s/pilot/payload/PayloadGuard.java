package org.p3s.pilot.payload;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.console.PilotOptions;

/**
 * Ends the payloads of a pilot that was killed.
 *
 * <p>One small shell per pilot, in a session of its own, waits for the end of a pipe whose other
 * end only the pilot holds. When the pilot dies, by {@code kill -9} too, the pipe is closed. The
 * shell then reads from a file which process groups run, sends them TERM, and KILL after the grace
 * period. The file has a line of fixed length per group, which is written in place, so a new
 * payload needs neither more room on a full disk nor a message to the shell.
 */
public final class PayloadGuard {

  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      read -r never
      groups=$(cat "$2")
      [ -n "$groups" ] || exit 0
      for g in $groups; do kill -s TERM -- "-$g" 2>/dev/null; done
      sleep "$1"
      for g in $groups; do kill -s KILL -- "-$g" 2>/dev/null; done
      rm -f "$2"
      """;

  private static final int MAX_GROUPS = PilotOptions.MAX_SLOTS;

  /** A line of the file that is not in use. */
  private static final long NO_GROUP = 0;

  private static final int LINE_BYTES = 12;
  private static final String EMPTY_LINE = " ".repeat(LINE_BYTES - 1) + "\n";

  private final Path file;
  private final List<Long> groups = new ArrayList<>();
  private @Nullable RandomAccessFile lines;
  private @Nullable Process shell;

  /**
   * @param work the work directory of the pilot, for the file
   */
  public PayloadGuard(Path work) {
    this.file = work.resolve("guard." + ProcessHandle.current().pid());
    for (int i = 0; i < MAX_GROUPS; i++) {
      groups.add(NO_GROUP);
    }
  }

  /** To be called before a payload begins: its group ends with the pilot from now on. */
  synchronized void add(long group) throws IOException {
    ensureRunning();
    int free = groups.indexOf(NO_GROUP);
    if (free < 0) {
      throw new IOException("more than " + MAX_GROUPS + " payloads");
    }
    write(free, group);
  }

  /** The payload has ended. */
  synchronized void remove(long group) {
    int line = groups.indexOf(group);
    try {
      if (line >= 0) {
        write(line, NO_GROUP);
      }
    } catch (IOException e) {
      PilotLog.line("cannot write the file of the guard: %s", PilotLog.describe(e));
    }
  }

  private void write(int line, long group) throws IOException {
    groups.set(line, group);
    RandomAccessFile out = lines;
    if (out != null) {
      String text =
          group == NO_GROUP ? EMPTY_LINE : ("%-" + (LINE_BYTES - 1) + "d\n").formatted(group);
      out.seek((long) line * LINE_BYTES);
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void ensureRunning() throws IOException {
    if (lines == null) {
      RandomAccessFile fresh = new RandomAccessFile(file.toFile(), "rw");
      fresh.setLength(0);
      fresh.write(EMPTY_LINE.repeat(MAX_GROUPS).getBytes(StandardCharsets.US_ASCII));
      lines = fresh;
    }
    if (shell != null && !shell.isAlive()) {
      PilotLog.line("the guard of the payloads has ended; a new one starts");
      shell = null;
    }
    if (shell == null) {
      shell = start();
    }
  }

  /** The pilot ends by itself, after its payloads. */
  public synchronized void close() {
    Process running = shell;
    if (running == null) {
      return;
    }
    try (OutputStream pipe = running.getOutputStream()) {
      boolean left = groups.stream().anyMatch(group -> group != NO_GROUP);
      if (!left) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      PilotLog.line("the file of the guard is not removed: %s", PilotLog.describe(e));
    }
  }

  private Process start() throws IOException {
    String grace = Long.toString(PayloadProcess.GRACE.toSeconds());
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                PayloadProcess.SETSID,
                "/bin/sh",
                "-c",
                SCRIPT,
                "p3s-pilot-guard",
                grace,
                file.toString()));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.directory(Path.of("/").toFile());
    // The shell must not hold the pilot's output open: the pilot's parent may wait for its end.
    builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    return builder.start();
  }
}

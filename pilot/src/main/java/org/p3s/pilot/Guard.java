package org.p3s.pilot;

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

/**
 * Ends the payloads of a pilot that died without a word.
 *
 * <p>One small shell per pilot, in a session of its own, waits at a pipe whose other end only the
 * pilot holds; whatever ends the pilot, {@code kill -9} included, closes it. The shell then reads
 * from a file which process groups run, sends them TERM, and KILL after the grace period. The file
 * has a line of fixed length per group, written in place: it needs no room on a full disk, and
 * nobody wakes up for it.
 */
final class Guard {

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

  private static final int MOST_GROUPS = Options.MOST_SLOTS;
  private static final int LINE = 12;
  private static final String EMPTY = " ".repeat(LINE - 1) + "\n";

  private final Path file;
  private final List<Long> groups = new ArrayList<>();
  private @Nullable RandomAccessFile lines;
  private @Nullable Process shell;

  /**
   * @param work where its file may be; one per process
   */
  Guard(Path work) {
    this.file = work.resolve("guard." + ProcessHandle.current().pid());
    for (int i = 0; i < MOST_GROUPS; i++) {
      groups.add(0L);
    }
  }

  synchronized void add(long group) throws IOException {
    watch();
    int free = groups.indexOf(0L);
    if (free < 0) {
      throw new IOException("more than " + MOST_GROUPS + " payloads");
    }
    write(free, group);
  }

  synchronized void remove(long group) {
    int line = groups.indexOf(group);
    try {
      if (line >= 0) {
        write(line, 0);
      }
    } catch (IOException e) {
      Log.line("no guard: %s", Http.why(e));
    }
  }

  private void write(int line, long group) throws IOException {
    groups.set(line, group);
    RandomAccessFile out = lines;
    if (out != null) {
      String text = group == 0 ? EMPTY : ("%-" + (LINE - 1) + "d\n").formatted(group);
      out.seek((long) line * LINE);
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void watch() throws IOException {
    if (lines == null) {
      RandomAccessFile fresh = new RandomAccessFile(file.toFile(), "rw");
      fresh.setLength(0);
      fresh.write(EMPTY.repeat(MOST_GROUPS).getBytes(StandardCharsets.US_ASCII));
      lines = fresh;
    }
    if (shell != null && !shell.isAlive()) {
      Log.line("the guard of the payloads is gone; another one starts");
      shell = null;
    }
    if (shell == null) {
      shell = start();
    }
  }

  /** The pilot ends in order, and its payloads have ended. */
  synchronized void end() {
    Process running = shell;
    if (running == null) {
      return;
    }
    try (OutputStream pipe = running.getOutputStream()) {
      boolean left = groups.stream().anyMatch(group -> group != 0);
      if (!left) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      Log.line("the file of the guard stays: %s", Http.why(e));
    }
  }

  private Process start() throws IOException {
    String grace = Long.toString(Payload.GRACE.toSeconds());
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Payload.SETSID,
                "/bin/sh",
                "-c",
                SCRIPT,
                "p3s-pilot-guard",
                grace,
                file.toString()));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.directory(Path.of("/").toFile());
    // Its ends must not keep open what the pilot's own parent waits for.
    builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    return builder.start();
  }
}

package org.p3s.pilot;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends the payloads of a pilot that died without a word.
 *
 * <p>One small shell per pilot, in a session of its own, reads from a pipe which process groups run
 * ({@code add N}, {@code del N}). Only the pilot holds the other end, so that whatever ends the
 * pilot, {@code kill -9} included, closes the pipe; the shell then sends TERM to the groups that
 * are left, and KILL after the grace period.
 */
final class Guard {

  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      groups=
      while read -r verb group; do
        if [ "$verb" = add ]; then
          groups="$groups $group"
        else
          left=
          for g in $groups; do [ "$g" = "$group" ] || left="$left $g"; done
          groups=$left
        fi
      done
      [ -n "$groups" ] || exit 0
      for g in $groups; do kill -s TERM -- "-$g" 2>/dev/null; done
      sleep "$1"
      for g in $groups; do kill -s KILL -- "-$g" 2>/dev/null; done
      """;

  private final Set<Long> groups = new LinkedHashSet<>();
  private @Nullable OutputStream pipe;

  synchronized void add(long group) throws IOException {
    groups.add(group);
    say("add " + group);
  }

  synchronized void remove(long group) {
    groups.remove(group);
    try {
      say("del " + group);
    } catch (IOException e) {
      Log.line("no guard: %s", Http.why(e));
    }
  }

  private void say(String line) throws IOException {
    OutputStream out = pipe;
    if (out != null) {
      try {
        write(out, line);
        return;
      } catch (IOException e) {
        Log.line("the guard of the payloads is gone; another one starts");
      }
    }
    out = start();
    pipe = out;
    for (long group : groups) {
      write(out, "add " + group);
    }
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static OutputStream start() throws IOException {
    String grace = Long.toString(Payload.GRACE.toSeconds());
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(Payload.SETSID, "/bin/sh", "-c", SCRIPT, "p3s-pilot-guard", grace));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.directory(Path.of("/").toFile());
    // Its ends must not keep open what the pilot's own parent waits for.
    builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    return builder.start().getOutputStream();
  }
}

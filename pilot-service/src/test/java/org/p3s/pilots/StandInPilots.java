package org.p3s.pilots;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processes that the script {@code pilot-stand-in.sh} has started in place of Java and the
 * pilot's jar. They note their arguments and wait; they do not register.
 */
public final class StandInPilots {

  /** The script, to be configured in place of the program {@code java}. */
  public static final Path JAVA = Path.of("src/test/resources/pilot-stand-in.sh").toAbsolutePath();

  private static final Pattern LINE = Pattern.compile("(\\d+) (.*)");
  private static final Pattern EXTRA = Pattern.compile("--extra (\\S+)");

  /** A process; {@code extra} is the id that the provider gave to the pilot. */
  public record StandIn(long pid, String arguments, String extra) {}

  private final Path directory;

  /**
   * Reads what the provider with this directory has started.
   *
   * @param directory as in {@code pilots.local.directory}
   */
  public StandInPilots(Path directory) {
    this.directory = directory;
  }

  /** All that were started at a site, in their order. */
  public List<StandIn> at(String site) {
    Path starts = directory.resolve(site).resolve("starts");
    if (!Files.exists(starts)) {
      return List.of();
    }
    try {
      return Files.readAllLines(starts).stream().map(StandInPilots::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StandIn read(String line) {
    Matcher parts = LINE.matcher(line);
    Matcher extra = EXTRA.matcher(line);
    if (!parts.matches() || !extra.find()) {
      throw new IllegalStateException("not a line of the script: " + line);
    }
    return new StandIn(Long.parseLong(parts.group(1)), parts.group(2), extra.group(1));
  }

  /** Ends those of a site that still run. */
  public void stop(String site) {
    at(site).forEach(pilot -> ProcessHandle.of(pilot.pid()).ifPresent(ProcessHandle::destroy));
  }
}

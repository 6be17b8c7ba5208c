package org.p3s.pilot.console;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of the command line.
 *
 * @param broker the broker's address; null to use the one that the pilot service gives
 * @param work null for {@code p3s-work} in the current directory, or the next one that is free
 * @param cycles how many times the pilot asks for a job before it ends, 0 for no limit; null to use
 *     the site's
 * @param lifeSeconds after how many seconds the pilot asks for no more jobs, 0 for no limit; null
 *     to use the site's
 * @param slots null to use the site's
 * @param name a name for people; it is no label, so that pilots that differ only by name can run
 *     the same jobs
 * @param extra the batch system's id of this pilot
 * @param keep how many job directories are kept
 * @param maxLogMib the size of the file of each stream of a payload, 0 for no limit
 * @param minFreeMib free space in the work directory below which no job is asked for
 */
public record PilotOptions(
    URI server,
    @Nullable URI broker,
    Path tokenFile,
    String site,
    @Nullable Path work,
    @Nullable Integer cycles,
    @Nullable Long lifeSeconds,
    @Nullable Integer slots,
    @Nullable String name,
    @Nullable String extra,
    Map<String, String> labels,
    int keep,
    long maxLogMib,
    long minFreeMib) {

  /** The most slots that one pilot can have. */
  public static final int MAX_SLOTS = 64;

  public static final String HELP =
      """
      Usage: java -jar p3s-pilot.jar --server URL --token-file FILE [options]

      Runs jobs: registers with the pilot service, waits for jobs of the broker and
      runs their payloads, one per slot, each in a directory and a process group of
      its own. TERM stops it and its payloads.

        --server URL       the pilot service, for instance http://127.0.0.1:8083
        --token-file FILE  the file with the site's join token
        --broker URL       the broker (default: as the pilot service says)
        --site NAME        the site this pilot belongs to (default: local)
        --work DIR         job directories and reports not yet delivered, for this pilot
                           alone (default: p3s-work, or p3s-work.2 and so on beside others)
        --slots N          payloads at one time, 1 to 64 (default: the site's)
        --cycles N         ask N times for a job, then end; 0: no limit (default: the site's)
        --life SECONDS     ask no more after this time, then end; 0: no limit (default: the site's)
        --label KEY=VALUE  what jobs may require of a pilot; repeatable
        --name NAME        a name for people, in the log; jobs ask for labels only
        --extra ID         the batch system's id of this pilot
        --keep N           job directories kept, the newest ones (default: 200)
        --max-log MIB      the file of a payload's stdout or stderr, beyond which its
                           middle is left out; 0: no limit (default: 64)
        --min-free MIB     free space below which no job is asked for (default: 64)
        --help, --version
      """;

  /** The command line is wrong; the message is for the user. */
  public static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
      super(message);
    }
  }

  public static PilotOptions parse(List<String> arguments) throws UsageException {
    Map<String, String> given = new LinkedHashMap<>();
    Map<String, String> labels = new LinkedHashMap<>();
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String option = rest.pop();
      String value = null;
      int equals = option.indexOf('=');
      if (option.startsWith("--") && equals > 0) {
        value = option.substring(equals + 1);
        option = option.substring(0, equals);
      }
      if (!KNOWN.contains(option)) {
        throw new UsageException("unknown option: " + option + " (see --help)");
      }
      value = value == null ? rest.poll() : value;
      if (value == null) {
        throw new UsageException(option + " needs a value");
      }
      if (option.equals("--label")) {
        label(labels, value);
      } else if (given.put(option, value) != null) {
        throw new UsageException(option + " is given twice");
      }
    }
    return new PilotOptions(
        url("--server", required(given, "--server")),
        given.containsKey("--broker") ? url("--broker", required(given, "--broker")) : null,
        Path.of(required(given, "--token-file")),
        given.getOrDefault("--site", "local"),
        given.containsKey("--work") ? Path.of(required(given, "--work")) : null,
        given.containsKey("--cycles")
            ? (Integer) (int) number(given, "--cycles", 0, 0, Integer.MAX_VALUE)
            : null,
        given.containsKey("--life")
            ? (Long) number(given, "--life", 0, 0, Integer.MAX_VALUE)
            : null,
        given.containsKey("--slots")
            ? (Integer) (int) number(given, "--slots", 1, 1, MAX_SLOTS)
            : null,
        given.get("--name"),
        given.get("--extra"),
        Map.copyOf(labels),
        (int) number(given, "--keep", 200, 0, 1_000_000),
        number(given, "--max-log", 64, 0, 1_000_000),
        number(given, "--min-free", 64, 0, Integer.MAX_VALUE));
  }

  private static final List<String> KNOWN =
      List.of(
          "--server",
          "--token-file",
          "--broker",
          "--site",
          "--work",
          "--slots",
          "--cycles",
          "--life",
          "--label",
          "--name",
          "--extra",
          "--keep",
          "--max-log",
          "--min-free");

  private static void label(Map<String, String> labels, String value) throws UsageException {
    int equals = value.indexOf('=');
    if (equals < 1) {
      throw new UsageException("--label is KEY=VALUE, not " + value);
    }
    labels.put(value.substring(0, equals), value.substring(equals + 1));
  }

  private static String required(Map<String, String> given, String option) throws UsageException {
    String value = given.get(option);
    if (value == null || value.isBlank()) {
      throw new UsageException(option + " is missing (see --help)");
    }
    return value;
  }

  private static URI url(String option, String value) throws UsageException {
    try {
      URI uri = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // It is refused below, as all other values that are no address.
    }
    throw new UsageException(option + " is an address such as http://127.0.0.1:8083, not " + value);
  }

  private static long number(
      Map<String, String> given, String option, long defaultValue, long min, long max)
      throws UsageException {
    String value = given.get(option);
    if (value == null) {
      return defaultValue;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // It is refused below.
    }
    throw new UsageException(option + " is a number from " + min + " to " + max + ", not " + value);
  }
}

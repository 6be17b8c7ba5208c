package org.p3s.pilot;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param broker null: as the pilot service says at registration
 * @param work null: {@code p3s-work} here, or the next one that is free
 * @param cycles how often the pilot asks for a job before it ends, 0 for no limit; null: as the
 *     site says
 * @param lifeSeconds after how many seconds it asks no more, 0 for no limit; null: as the site says
 * @param slots null: as the site says
 * @param extra the batch system's id of this slot
 * @param keep how many job directories are kept
 * @param maxLogMib how large the file of a payload's stdout or stderr may be, 0 for no limit
 * @param minFreeMib free space in the work directory below which no job is asked for
 */
record Options(
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

  static final int MOST_SLOTS = 64;

  static final String HELP =
      """
      Usage: java -jar p3s-pilot.jar --server URL --token-file FILE [options]

      Runs jobs: registers with the pilot service, waits for jobs of the broker and
      runs their payloads, one per slot, each in a directory and a process group of
      its own. TERM stops it in order, payload included.

        --server URL       the pilot service, for instance http://127.0.0.1:8083
        --token-file FILE  the file with the site's join token
        --broker URL       the broker (default: as the pilot service says)
        --site NAME        the site this slot belongs to (default: local)
        --work DIR         job directories and reports not yet delivered, for this pilot
                           alone (default: p3s-work, or p3s-work.2 and so on beside others)
        --slots N          payloads at one time, 1 to 64 (default: the site's)
        --cycles N         ask N times for a job, then end; 0: no limit (default: the site's)
        --life SECONDS     ask no more after this time, then end; 0: no limit (default: the site's)
        --label KEY=VALUE  what jobs may require of a pilot; repeatable
        --name NAME        a name for people, in the log; jobs ask for labels only
        --extra ID         the batch system's id of this slot
        --keep N           job directories kept, the newest ones (default: 200)
        --max-log MIB      the file of a payload's stdout or stderr, beyond which its
                           middle is left out; 0: no limit (default: 64)
        --min-free MIB     free space below which no job is asked for (default: 64)
        --help, --version
      """;

  /** A command line that can't be understood; the message is for the user. */
  static final class Usage extends Exception {
    private static final long serialVersionUID = 1L;

    Usage(String message) {
      super(message);
    }
  }

  static Options parse(List<String> arguments) throws Usage {
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
        throw new Usage("unknown option: " + option + " (--help lists them)");
      }
      value = value == null ? rest.poll() : value;
      if (value == null) {
        throw new Usage(option + " needs a value");
      }
      if (option.equals("--label")) {
        label(labels, value);
      } else if (given.put(option, value) != null) {
        throw new Usage(option + " is given twice");
      }
    }
    // No label: pilots that differ by their names alone are as good as each other.
    String name = given.get("--name");
    return new Options(
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
            ? (Integer) (int) number(given, "--slots", 1, 1, MOST_SLOTS)
            : null,
        name,
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

  private static void label(Map<String, String> labels, String value) throws Usage {
    int equals = value.indexOf('=');
    if (equals < 1) {
      throw new Usage("--label is KEY=VALUE, not " + value);
    }
    labels.put(value.substring(0, equals), value.substring(equals + 1));
  }

  private static String required(Map<String, String> given, String option) throws Usage {
    String value = given.get(option);
    if (value == null || value.isBlank()) {
      throw new Usage(option + " is missing (--help tells more)");
    }
    return value;
  }

  private static URI url(String option, String value) throws Usage {
    try {
      URI uri = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Answered below like every other value that is no address.
    }
    throw new Usage(option + " is an address such as http://127.0.0.1:8083, not " + value);
  }

  private static long number(
      Map<String, String> given, String option, long normally, long least, long most) throws Usage {
    String value = given.get(option);
    if (value == null) {
      return normally;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Answered below.
    }
    throw new Usage(option + " is a number from " + least + " to " + most + ", not " + value);
  }
}

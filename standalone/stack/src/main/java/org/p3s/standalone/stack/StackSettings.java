package org.p3s.standalone.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The settings of a stack, from the command line and the environment.
 *
 * @param home the directory of the project, with the built programs
 * @param data the directory of everything that the stack stores
 * @param offset added to every port
 * @param pilots how many pilots {@code up} starts
 * @param foreground {@code up} waits until it is interrupted
 * @param json {@code status} prints JSON
 */
record StackSettings(
    Path home, Path data, int offset, int pilots, boolean foreground, boolean json) {

  /** The arguments are wrong. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * Reads the settings.
   *
   * @throws UsageException if an argument is unknown or has a wrong value
   */
  static StackSettings of(List<String> args, Map<String, String> env) throws UsageException {
    Path home = Path.of(env.getOrDefault("P3S_HOME", ".")).toAbsolutePath().normalize();
    String data = env.getOrDefault("P3S_DATA", home.resolve(".p3s").toString());
    int offset = number("P3S_PORT_OFFSET", env.getOrDefault("P3S_PORT_OFFSET", "0"), 55_000);
    int pilots = 2;
    boolean foreground = false;
    boolean json = false;
    for (Iterator<String> i = new ArrayList<>(args).iterator(); i.hasNext(); ) {
      String arg = i.next();
      switch (arg) {
        case "--data" -> data = value(arg, i);
        case "--port-offset" -> offset = number(arg, value(arg, i), 55_000);
        case "--pilots" -> pilots = number(arg, value(arg, i), 1_000);
        case "--foreground" -> foreground = true;
        case "-o", "--output" -> json = format(value(arg, i));
        default -> throw new UsageException("unknown option: " + arg);
      }
    }
    return new StackSettings(
        home, Path.of(data).toAbsolutePath().normalize(), offset, pilots, foreground, json);
  }

  private static String value(String option, Iterator<String> rest) throws UsageException {
    if (!rest.hasNext()) {
      throw new UsageException(option + " needs a value");
    }
    return rest.next();
  }

  private static int number(String option, String text, int most) throws UsageException {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The exception below names the range.
    }
    throw new UsageException(option + " is a number from 0 to " + most + ", not " + text);
  }

  private static boolean format(String format) throws UsageException {
    if (!format.equals("json") && !format.equals("table")) {
      throw new UsageException("-o is table or json, not " + format);
    }
    return format.equals("json");
  }

  Path logs() {
    return data.resolve("logs");
  }

  Path run() {
    return data.resolve("run");
  }

  Path secrets() {
    return data.resolve("secrets");
  }

  int kafkaPort() {
    return 19_092 + offset;
  }

  int postgresPort() {
    return 15_432 + offset;
  }

  /** The URL of the start page. */
  String page() {
    return "http://127.0.0.1:" + (8_080 + offset) + "/";
  }
}

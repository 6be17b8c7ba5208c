package org.p3s.standalone.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Where the system lives and how many pilots it has.
 *
 * @param home the folder of the programs
 * @param data the folder of the state
 * @param offset added to every port
 */
record Settings(Path home, Path data, int offset, int pilots, boolean foreground, boolean json) {

  /** A command line that can't be understood. */
  static final class Usage extends Exception {
    private static final long serialVersionUID = 1L;

    Usage(String message) {
      super(message);
    }
  }

  static Settings of(List<String> args, Map<String, String> env) throws Usage {
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
        default -> throw new Usage("unknown option: " + arg);
      }
    }
    return new Settings(
        home, Path.of(data).toAbsolutePath().normalize(), offset, pilots, foreground, json);
  }

  private static String value(String option, Iterator<String> rest) throws Usage {
    if (!rest.hasNext()) {
      throw new Usage(option + " needs a value");
    }
    return rest.next();
  }

  private static int number(String option, String text, int most) throws Usage {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with the range.
    }
    throw new Usage(option + " is a number from 0 to " + most + ", not " + text);
  }

  private static boolean format(String format) throws Usage {
    if (!format.equals("json") && !format.equals("table")) {
      throw new Usage("-o is table or json, not " + format);
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

  String page() {
    return "http://127.0.0.1:" + (8_080 + offset) + "/";
  }
}

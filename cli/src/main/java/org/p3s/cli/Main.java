package org.p3s.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.p3s.cli.api.Api;
import org.p3s.cli.text.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;

/** {@code p3s VERB ...}. */
public final class Main {

  public static void main(String[] args) {
    Map<String, String> env = System.getenv();
    System.exit(run(env, Terminal.of(env), args));
  }

  /** Runs one command and gives its exit code. */
  static int run(Map<String, String> env, Terminal terminal, String... args) {
    Place place = new Place(env);
    Api api = new Api(place);
    Context context = new Context(place, terminal, api, InstantSource.system(), List.of(args));
    CommandLine root = new CommandLine(new Root());
    Verbs.add(root, context, args);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setUsageHelpWidth(100);
    root.setColorScheme(
        Help.defaultColorScheme(terminal.style().colour() ? Help.Ansi.ON : Help.Ansi.OFF));
    root.registerConverter(java.time.Duration.class, Durations::parse);
    root.setOut(new java.io.PrintWriter(terminal.out(), true));
    root.setErr(new java.io.PrintWriter(terminal.err(), true));
    root.setParameterExceptionHandler((e, arguments) -> wrong(e, terminal));
    root.setExecutionExceptionHandler((e, command, result) -> failed(e, terminal));
    try {
      return root.execute(args);
    } finally {
      terminal.flush();
      api.close();
    }
  }

  private static int wrong(ParameterException e, Terminal terminal) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    terminal.note("p3s: " + message + " (see " + command + " --help)");
    return Exit.USAGE;
  }

  private static int failed(Exception e, Terminal terminal) throws Exception {
    if (e instanceof Failure failure) {
      if (!failure.line().isEmpty()) {
        terminal.note("p3s: " + failure.line());
      }
      return failure.exit();
    }
    throw e;
  }

  private Main() {}
}

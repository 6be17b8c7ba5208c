package org.p3s.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.p3s.cli.api.ApiClient;
import org.p3s.cli.text.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;

/** {@code p3s VERB ...}. */
public final class Main {

  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    System.exit(run(environment, Terminal.of(environment), args));
  }

  /** Runs one command and returns its exit code. */
  static int run(Map<String, String> environment, Terminal terminal, String... args) {
    Directories directories = new Directories(environment);
    Endpoints endpoints = new Endpoints(environment, directories);
    ApiClient api = new ApiClient(endpoints);
    CommandContext context =
        new CommandContext(
            directories, endpoints, terminal, api, InstantSource.system(), List.of(args));
    CommandLine root = new CommandLine(new RootCommand());
    Verbs.add(root, context, args);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setUsageHelpWidth(100);
    root.setColorScheme(
        Help.defaultColorScheme(terminal.colours().enabled() ? Help.Ansi.ON : Help.Ansi.OFF));
    root.registerConverter(Duration.class, DurationOption::parse);
    root.setOut(new PrintWriter(terminal.out(), true));
    root.setErr(new PrintWriter(terminal.err(), true));
    root.setParameterExceptionHandler((e, arguments) -> reportUsageError(e, terminal));
    root.setExecutionExceptionHandler((e, command, result) -> reportFailure(e, terminal));
    try {
      return root.execute(args);
    } finally {
      terminal.flush();
      api.close();
    }
  }

  private static int reportUsageError(ParameterException e, Terminal terminal) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    terminal.note("p3s: " + message + " (see " + command + " --help)");
    return ExitCode.USAGE;
  }

  private static int reportFailure(Exception e, Terminal terminal) throws Exception {
    if (e instanceof CommandFailure failure) {
      if (!failure.line().isEmpty()) {
        terminal.note("p3s: " + failure.line());
      }
      return failure.exit();
    }
    throw e;
  }

  private Main() {}
}

package org.p3s.cli;

/** Ends the command with an exit code and one line on stderr. */
public class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exit;

  public CommandFailure(int exit, String line) {
    super(line.replaceAll("\\s*[\\r\\n]+\\s*", " "), null, false, false);
    this.exit = exit;
  }

  /** The command could not do what the user asked for. */
  public static CommandFailure failed(String line) {
    return new CommandFailure(ExitCode.FAILED, line);
  }

  /** The command line or the environment is wrong. */
  public static CommandFailure usage(String line) {
    return new CommandFailure(ExitCode.USAGE, line);
  }

  public int exit() {
    return exit;
  }

  /** The message for the user. */
  public String line() {
    return String.valueOf(getMessage());
  }
}

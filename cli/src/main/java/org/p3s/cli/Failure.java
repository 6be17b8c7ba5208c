package org.p3s.cli;

/** Ends the command: one line for stderr, and the exit code. */
public class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exit;

  public Failure(int exit, String line) {
    super(line.replaceAll("\\s*[\\r\\n]+\\s*", " "), null, false, false);
    this.exit = exit;
  }

  /** Something that was asked for could not be done. */
  public static Failure failed(String line) {
    return new Failure(Exit.FAILED, line);
  }

  public static Failure usage(String line) {
    return new Failure(Exit.USAGE, line);
  }

  public int exit() {
    return exit;
  }

  /** The line that people read. */
  public String line() {
    return String.valueOf(getMessage());
  }
}

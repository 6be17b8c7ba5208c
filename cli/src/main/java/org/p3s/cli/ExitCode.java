package org.p3s.cli;

/** The exit codes that scripts rely on. */
public final class ExitCode {

  public static final int DONE = 0;

  /** The server refused the request, or the work failed. */
  public static final int FAILED = 1;

  public static final int USAGE = 2;
  public static final int UNREACHABLE = 3;
  public static final int TIMED_OUT = 4;

  private ExitCode() {}
}

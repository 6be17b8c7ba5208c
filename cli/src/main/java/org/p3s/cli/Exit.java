package org.p3s.cli;

/** The exit codes that scripts rely on. */
public final class Exit {

  public static final int DONE = 0;

  /** Refused by the server, or the work failed. */
  public static final int FAILED = 1;

  public static final int USAGE = 2;
  public static final int UNREACHABLE = 3;
  public static final int TIMED_OUT = 4;

  private Exit() {}
}

package org.p3s.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program in this terminal: it gets our input and output, and ends with us. */
public final class Child {

  private static final long GRACE_S = 30;

  /** Runs it to its end and gives its exit code. */
  public static int run(List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw Failure.failed("cannot start " + command.get(0) + ": " + e.getMessage());
    }
    Thread stop = new Thread(() -> stop(process), "p3s-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      int exit = process.waitFor();
      Runtime.getRuntime().removeShutdownHook(stop);
      return exit;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    } catch (IllegalStateException e) {
      // We are ending already; the hook waits for the child.
      return Exit.FAILED;
    }
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The Java that runs us, with these arguments; the jar must be there. */
  public static List<String> java(Path jar, List<String> options, List<String> arguments) {
    if (!Files.exists(jar)) {
      throw Failure.failed(jar + " is missing: build it with mvn package");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.addAll(arguments);
    return command;
  }

  private Child() {}
}

package org.p3s.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs another program in this terminal: it has the same input and output, and ends with us. */
public final class ChildProcess {

  private static final long GRACE_S = 30;

  /** Runs the program to its end and returns its exit code. */
  public static int run(List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw CommandFailure.failed("cannot start " + command.get(0) + ": " + e.getMessage());
    }
    Thread stop = new Thread(() -> stop(process), "p3s-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      int exit = process.waitFor();
      Runtime.getRuntime().removeShutdownHook(stop);
      return exit;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    } catch (IllegalStateException e) {
      // Ctrl-C: this JVM is already ending, and its hook waits for the child.
      return ExitCode.FAILED;
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

  /** A command line that runs a jar of this installation with the same Java as this command. */
  public static List<String> java(Path jar, List<String> options, List<String> arguments) {
    if (!Files.exists(jar)) {
      throw CommandFailure.failed(jar + " is missing: build it with mvn package");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.addAll(arguments);
    return command;
  }

  private ChildProcess() {}
}

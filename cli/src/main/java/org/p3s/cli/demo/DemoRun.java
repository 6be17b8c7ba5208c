package org.p3s.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.p3s.cli.ChildProcess;
import org.p3s.cli.CommandFailure;

/** One run of the demo: generates raw files of a new run number and drops them into the inbox. */
final class DemoRun {

  private static final long FIRST_RUN = 5_001;
  private static final long TIMEOUT_S = 120;

  private final DemoDirectories directories;
  private final long number;
  private final Path staging;

  DemoRun(DemoDirectories directories) {
    this.directories = directories;
    try {
      long next = nextNumber(directories.runs());
      while (!createdDirectory(directories.runs().resolve(Long.toString(next)))) {
        next++;
      }
      this.number = next;
      this.staging = directories.runs().resolve(Long.toString(next));
    } catch (IOException e) {
      throw CommandFailure.failed(
          "cannot create a directory in " + directories.runs() + ": " + e.getMessage());
    }
  }

  /** The run number after the highest one that was used. */
  static long nextNumber(Path runs) throws IOException {
    try (Stream<Path> entries = Files.list(runs)) {
      return entries
              .map(entry -> String.valueOf(entry.getFileName()))
              .filter(name -> name.matches("\\d{1,9}"))
              .mapToLong(Long::parseLong)
              .max()
              .orElse(FIRST_RUN - 1)
          + 1;
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  private static boolean createdDirectory(Path dir) throws IOException {
    try {
      Files.createDirectory(dir);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  long number() {
    return number;
  }

  /** Generates raw files outside the inbox, so that the watch sees only complete files. */
  List<Path> generate(int count) {
    Path log = staging.resolve("generate.log");
    List<String> command =
        ChildProcess.java(
            directories.detectorJar(),
            List.of("-jar", directories.detectorJar().toString()),
            List.of(
                "generate",
                "--out",
                staging.toString(),
                "--count",
                Integer.toString(count),
                "--run",
                Long.toString(number),
                "--corrupt",
                "1"));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw CommandFailure.failed(
            "the detector did not generate the files within " + TIMEOUT_S + " s; see " + log);
      }
      if (process.exitValue() != 0) {
        throw CommandFailure.failed("the detector failed: " + Files.readString(log).strip());
      }
      return rawFiles(staging);
    } catch (IOException e) {
      throw CommandFailure.failed("cannot run the detector: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }

  private static List<Path> rawFiles(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files
          .filter(file -> !file.toString().endsWith(".log"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  /** Renames the files into the inbox, one after the other. */
  List<DemoFile> drop(List<Path> files, InstantSource clock) {
    List<DemoFile> dropped = new ArrayList<>();
    for (Path file : files) {
      Path target = directories.inbox().resolve(String.valueOf(file.getFileName()));
      try {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw CommandFailure.failed(
            "cannot move " + file + " to " + target + ": " + e.getMessage());
      }
      // The generator damages the one in the middle.
      boolean corrupt = dropped.size() == files.size() / 2;
      dropped.add(new DemoFile(target, clock.instant(), corrupt));
    }
    return dropped;
  }
}

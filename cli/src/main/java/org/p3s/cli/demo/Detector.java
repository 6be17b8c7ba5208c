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
import org.p3s.cli.Child;
import org.p3s.cli.Failure;

/** Makes the raw files of a run that was never there, and drops them into the inbox. */
final class Detector {

  private static final long FIRST_RUN = 5_001;
  private static final long LONGEST_S = 120;

  private final DemoPlace place;
  private final long run;
  private final Path staging;

  Detector(DemoPlace place) {
    this.place = place;
    try {
      long next = next(place.runs());
      while (!claimed(place.runs().resolve(Long.toString(next)))) {
        next++;
      }
      this.run = next;
      this.staging = place.runs().resolve(Long.toString(next));
    } catch (IOException e) {
      throw Failure.failed("cannot make a folder in " + place.runs() + ": " + e.getMessage());
    }
  }

  /** The number after the highest that is there. */
  static long next(Path runs) throws IOException {
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

  private static boolean claimed(Path dir) throws IOException {
    try {
      Files.createDirectory(dir);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  long run() {
    return run;
  }

  /** Raw files outside the inbox: what is watched gets whole files only. */
  List<Path> generate(int count) {
    Path log = staging.resolve("generate.log");
    List<String> command =
        Child.java(
            place.detector(),
            List.of("-jar", place.detector().toString()),
            List.of(
                "generate",
                "--out",
                staging.toString(),
                "--count",
                Integer.toString(count),
                "--run",
                Long.toString(run),
                "--corrupt",
                "1"));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(LONGEST_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw Failure.failed("the detector made no files within " + LONGEST_S + " s; see " + log);
      }
      if (process.exitValue() != 0) {
        throw Failure.failed("the detector failed: " + Files.readString(log).strip());
      }
      return raw(staging);
    } catch (IOException e) {
      throw Failure.failed("cannot run the detector: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }

  private static List<Path> raw(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files
          .filter(file -> !file.toString().endsWith(".log"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  /** Renames the files into the inbox, one after the other. */
  List<DemoFile> move(List<Path> files, InstantSource clock) {
    List<DemoFile> dropped = new ArrayList<>();
    for (Path file : files) {
      Path target = place.inbox().resolve(String.valueOf(file.getFileName()));
      try {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw Failure.failed("cannot move " + file + " to " + target + ": " + e.getMessage());
      }
      // The generator damages the one in the middle.
      boolean corrupt = dropped.size() == files.size() / 2;
      dropped.add(new DemoFile(target, clock.instant(), corrupt));
    }
    return dropped;
  }
}

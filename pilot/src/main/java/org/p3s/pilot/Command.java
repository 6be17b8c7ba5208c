package org.p3s.pilot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a payload is started: its words, the first of which is the path of a program that exists, and
 * its whole environment.
 *
 * @param copy of the payload's program, to be removed after it; null if there is none
 */
record Command(List<String> argv, Map<String, String> env, @Nullable Path copy) {

  /** In a job's own environment: run the payload by {@code /bin/sh -c}. */
  static final String EXECMODE = "P3S_EXECMODE";

  /** In a job's own environment, value {@code COPY}: run a copy of the program. */
  static final String MODE = "P3S_MODE";

  private static final List<String> ALLOWED =
      List.of("PATH", "HOME", "LANG", "TMPDIR", "USER", "JAVA_HOME");
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

  /** The payload can't be started; the code and the reason are what the job reports. */
  static final class CannotStart extends Exception {
    private static final long serialVersionUID = 1L;

    static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;

    final int errcode;

    CannotStart(int errcode, String reason) {
      super(reason);
      this.errcode = errcode;
    }
  }

  /**
   * Finds the program and makes the environment.
   *
   * @param own the pilot's environment, of which only a few variables are passed on
   * @param directory where the payload will run
   */
  static Command of(Assignment job, Session session, Map<String, String> own, Path directory)
      throws CannotStart {
    Map<String, String> env = environment(job, session.siteEnv, session.allowEnv, own);
    env.put("P3S_JOB_UUID", job.job().toString());
    env.put("P3S_PILOT_UUID", session.pilot.toString());
    List<String> words = new ArrayList<>(words(job));
    List<String> argv = new ArrayList<>(session.prefix);
    if (!argv.isEmpty()) {
      argv.set(0, prefix(argv.get(0), path(env), directory).toString());
    }
    Path copy = null;
    // What a prefix starts may exist only where the prefix leads, in a container for instance.
    if (argv.isEmpty() || copies(job)) {
      Path program = program(words.get(0), path(env), directory);
      if (copies(job)) {
        copy = copy(program, directory);
        program = copy;
      }
      words.set(0, program.toString());
    }
    argv.addAll(words);
    return new Command(argv, env, copy);
  }

  /** What a payload sees: allowed variables of the pilot, then the site's, then the job's. */
  static Map<String, String> environment(
      Assignment job, Map<String, String> site, List<String> allow, Map<String, String> own) {
    Map<String, String> env = new LinkedHashMap<>();
    own.forEach(
        (name, value) -> {
          if (ALLOWED.contains(name) || name.startsWith("LC_") || allow.contains(name)) {
            env.put(name, value);
          }
        });
    env.putAll(site);
    env.putAll(job.env());
    return env;
  }

  /** The payload's own words. */
  private static List<String> words(Assignment job) throws CannotStart {
    String params = job.params() == null || job.params().isBlank() ? "" : " " + job.params();
    // Only the job itself may ask for a shell: a variable left over elsewhere must not.
    if (job.env().containsKey(EXECMODE)) {
      return List.of("/bin/sh", "-c", job.payload() + params);
    }
    List<String> words;
    try {
      words = Words.split(job.payload() + params);
    } catch (IllegalArgumentException e) {
      throw new CannotStart(
          CannotStart.NOT_EXECUTABLE,
          "cannot split the payload into words, " + e.getMessage() + ": " + job.payload());
    }
    if (words.isEmpty()) {
      throw new CannotStart(CannotStart.NOT_FOUND, "the payload is empty");
    }
    return words;
  }

  private static boolean copies(Assignment job) {
    return "COPY".equalsIgnoreCase(job.env().get(MODE)) && !job.env().containsKey(EXECMODE);
  }

  private static String path(Map<String, String> env) {
    return env.getOrDefault("PATH", USUAL_PATH);
  }

  private static Path prefix(String word, String path, Path directory) throws CannotStart {
    try {
      return program(word, path, directory);
    } catch (CannotStart e) {
      throw new CannotStart(e.errcode, "the site's prefix: " + e.getMessage());
    }
  }

  private static Path program(String word, String path, Path directory) throws CannotStart {
    Path found = null;
    if (word.indexOf('/') >= 0) {
      found = directory.resolve(word);
    } else {
      for (String place : path.split(":")) {
        Path candidate = Path.of(place.isEmpty() ? "." : place).resolve(word);
        if (Files.isRegularFile(candidate) && (found == null || Files.isExecutable(candidate))) {
          found = candidate;
          if (Files.isExecutable(candidate)) {
            break;
          }
        }
      }
    }
    if (found == null || !Files.exists(found)) {
      throw new CannotStart(CannotStart.NOT_FOUND, "no such program: " + word);
    }
    if (!Files.isRegularFile(found) || !Files.isExecutable(found)) {
      throw new CannotStart(CannotStart.NOT_EXECUTABLE, "not executable: " + word);
    }
    String interpreter = interpreter(found);
    if (interpreter != null && !Files.isExecutable(directory.resolve(interpreter))) {
      throw new CannotStart(
          CannotStart.NOT_EXECUTABLE,
          "not executable: " + word + ", there is no program " + interpreter + " to interpret it");
    }
    return found;
  }

  /** The program that a script names in its first line, or null if it is no such script. */
  private static @Nullable String interpreter(Path program) {
    try (InputStream in = Files.newInputStream(program)) {
      String head = new String(in.readNBytes(256), StandardCharsets.ISO_8859_1);
      if (!head.startsWith("#!")) {
        return null;
      }
      String line = head.lines().findFirst().orElse("#!").substring(2).strip();
      return line.isEmpty() ? null : line.split("\\s", 2)[0];
    } catch (IOException e) {
      // Executable but not readable: the operating system may run it all the same.
      return null;
    }
  }

  private static Path copy(Path program, Path directory) throws CannotStart {
    try {
      return Files.copy(
          program, directory.resolve(program.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new CannotStart(CannotStart.NOT_EXECUTABLE, "cannot copy " + program + ": " + e);
    }
  }

  /** Removes the copy of the program that {@code P3S_MODE=COPY} made. */
  void cleanUp(Assignment job) {
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException e) {
        Log.line("job %s: the copy of its program stays: %s", job.job(), e);
      }
    }
  }
}

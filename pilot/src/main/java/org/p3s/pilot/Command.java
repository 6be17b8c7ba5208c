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
 */
record Command(List<String> argv, Map<String, String> env) {

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
    return new Command(words(job, env, directory), env);
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

  private static List<String> words(Assignment job, Map<String, String> env, Path directory)
      throws CannotStart {
    String params = job.params() == null || job.params().isBlank() ? "" : " " + job.params();
    // Only the job itself may ask for a shell: a variable left over elsewhere must not.
    if (job.env().containsKey(EXECMODE)) {
      return List.of("/bin/sh", "-c", job.payload() + params);
    }
    List<String> words;
    try {
      words = new ArrayList<>(Words.split(job.payload() + params));
    } catch (IllegalArgumentException e) {
      throw new CannotStart(
          CannotStart.NOT_EXECUTABLE,
          "cannot split the payload into words, " + e.getMessage() + ": " + job.payload());
    }
    if (words.isEmpty()) {
      throw new CannotStart(CannotStart.NOT_FOUND, "the payload is empty");
    }
    Path program = program(words.get(0), env.getOrDefault("PATH", USUAL_PATH), directory);
    if ("COPY".equalsIgnoreCase(job.env().get(MODE))) {
      program = copy(program, directory);
    }
    words.set(0, program.toString());
    return words;
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
    Path copy = copyOf(program, directory);
    try {
      return Files.copy(program, copy, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new CannotStart(CannotStart.NOT_EXECUTABLE, "cannot copy " + program + ": " + e);
    }
  }

  private static Path copyOf(Path program, Path directory) {
    return directory.resolve(program.getFileName());
  }

  /** Removes the copy of the program that {@code P3S_MODE=COPY} made. */
  void cleanUp(Assignment job, Path directory) {
    if ("COPY".equalsIgnoreCase(job.env().get(MODE)) && !job.env().containsKey(EXECMODE)) {
      try {
        Files.deleteIfExists(copyOf(Path.of(argv.get(0)), directory));
      } catch (IOException e) {
        Log.line("job %s: the copy of its program stays: %s", job.job(), e);
      }
    }
  }
}

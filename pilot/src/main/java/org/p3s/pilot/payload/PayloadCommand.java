package org.p3s.pilot.payload;

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
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.job.AssignedJob;

/**
 * The command that starts a payload.
 *
 * @param argv its words; the first is the path of a program that exists
 * @param env its whole environment
 * @param copy the copy of the payload's program, which is removed at the end; null if there is none
 */
public record PayloadCommand(List<String> argv, Map<String, String> env, @Nullable Path copy) {

  /** A variable in a job's own environment: {@code /bin/sh -c} runs the payload. */
  static final String EXECMODE = "P3S_EXECMODE";

  /** A variable in a job's own environment: if it is {@code COPY}, a copy of the program runs. */
  static final String MODE = "P3S_MODE";

  private static final List<String> ALLOWED_VARIABLES =
      List.of("PATH", "HOME", "LANG", "TMPDIR", "USER", "JAVA_HOME");
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  /** The payload cannot be started; its error code and message are those of the job. */
  public static final class CannotStartException extends Exception {
    private static final long serialVersionUID = 1L;

    public static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;

    private final int errcode;

    CannotStartException(int errcode, String reason) {
      super(reason);
      this.errcode = errcode;
    }

    public int errcode() {
      return errcode;
    }
  }

  /**
   * Finds the program and makes the environment.
   *
   * @param pilotEnv the pilot's environment; the payload sees only a few variables of it
   * @param directory where the payload will run
   */
  public static PayloadCommand of(
      AssignedJob job,
      SitePayloadSettings site,
      UUID pilot,
      Map<String, String> pilotEnv,
      Path directory)
      throws CannotStartException {
    Map<String, String> env = environment(job, site, pilotEnv);
    env.put("P3S_JOB_UUID", job.job().toString());
    env.put("P3S_PILOT_UUID", pilot.toString());
    List<String> words = new ArrayList<>(words(job));
    List<String> argv = new ArrayList<>(site.prefix());
    if (!argv.isEmpty()) {
      argv.set(0, findPrefix(argv.get(0), path(env), directory).toString());
    }
    Path copy = null;
    // After a prefix the program may exist only in the container that the prefix starts.
    if (argv.isEmpty() || runsCopy(job)) {
      Path program = findProgram(words.get(0), path(env), directory);
      if (runsCopy(job)) {
        copy = copyProgram(program, directory);
        program = copy;
      }
      words.set(0, program.toString());
    }
    argv.addAll(words);
    return new PayloadCommand(argv, env, copy);
  }

  /** The variables of the pilot that are allowed, then the site's, then the job's. */
  private static Map<String, String> environment(
      AssignedJob job, SitePayloadSettings site, Map<String, String> pilotEnv) {
    Map<String, String> env = new LinkedHashMap<>();
    pilotEnv.forEach(
        (name, value) -> {
          if (ALLOWED_VARIABLES.contains(name)
              || name.startsWith("LC_")
              || site.allowedVariables().contains(name)) {
            env.put(name, value);
          }
        });
    env.putAll(site.env());
    env.putAll(job.env());
    return env;
  }

  /** The words of the payload itself, without the prefix. */
  private static List<String> words(AssignedJob job) throws CannotStartException {
    String params = job.params() == null || job.params().isBlank() ? "" : " " + job.params();
    // Only the job itself can ask for a shell, not a variable that happens to be set elsewhere.
    if (job.env().containsKey(EXECMODE)) {
      return List.of("/bin/sh", "-c", job.payload() + params);
    }
    List<String> words;
    try {
      words = ShellWords.split(job.payload() + params);
    } catch (IllegalArgumentException e) {
      throw new CannotStartException(
          CannotStartException.NOT_EXECUTABLE,
          "cannot split the payload into words, " + e.getMessage() + ": " + job.payload());
    }
    if (words.isEmpty()) {
      throw new CannotStartException(CannotStartException.NOT_FOUND, "the payload is empty");
    }
    return words;
  }

  private static boolean runsCopy(AssignedJob job) {
    return "COPY".equalsIgnoreCase(job.env().get(MODE)) && !job.env().containsKey(EXECMODE);
  }

  private static String path(Map<String, String> env) {
    return env.getOrDefault("PATH", DEFAULT_PATH);
  }

  private static Path findPrefix(String word, String path, Path directory)
      throws CannotStartException {
    try {
      return findProgram(word, path, directory);
    } catch (CannotStartException e) {
      throw new CannotStartException(e.errcode(), "the site's prefix: " + e.getMessage());
    }
  }

  private static Path findProgram(String word, String path, Path directory)
      throws CannotStartException {
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
      throw new CannotStartException(CannotStartException.NOT_FOUND, "no such program: " + word);
    }
    if (!Files.isRegularFile(found) || !Files.isExecutable(found)) {
      throw new CannotStartException(
          CannotStartException.NOT_EXECUTABLE, "not executable: " + word);
    }
    String interpreter = interpreter(found);
    if (interpreter != null && !Files.isExecutable(directory.resolve(interpreter))) {
      throw new CannotStartException(
          CannotStartException.NOT_EXECUTABLE,
          "not executable: " + word + ", there is no program " + interpreter + " to interpret it");
    }
    return found;
  }

  /** The interpreter in the first line of a script, null if the program is not such a script. */
  private static @Nullable String interpreter(Path program) {
    try (InputStream in = Files.newInputStream(program)) {
      String head = new String(in.readNBytes(256), StandardCharsets.ISO_8859_1);
      if (!head.startsWith("#!")) {
        return null;
      }
      String line = head.lines().findFirst().orElse("#!").substring(2).strip();
      return line.isEmpty() ? null : line.split("\\s", 2)[0];
    } catch (IOException e) {
      // A program that cannot be read may still be executable.
      return null;
    }
  }

  private static Path copyProgram(Path program, Path directory) throws CannotStartException {
    try {
      return Files.copy(
          program, directory.resolve(program.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new CannotStartException(
          CannotStartException.NOT_EXECUTABLE, "cannot copy " + program + ": " + e);
    }
  }

  /** Removes the copy of the program, if there is one. */
  public void removeCopy(AssignedJob job) {
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException e) {
        PilotLog.line("job %s: the copy of its program is not removed: %s", job.job(), e);
      }
    }
  }
}

package org.p3s.watcher.http;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.watcher.app.WatcherProblem;
import org.p3s.watcher.domain.Watch;

/** A watch as people write it: durations as PT0.5S or 500ms, all but four fields optional. */
public record WatchForm(
    @Nullable String name,
    @Nullable String path,
    @Nullable String pattern,
    @Nullable Boolean recursive,
    @Nullable String quietPeriod,
    @Nullable String marker,
    @Nullable Long minSize,
    @Nullable String minAge,
    @Nullable Double fraction,
    @Nullable Integer cap,
    @Nullable List<String> dags,
    @Nullable String placeholder,
    @Nullable Integer priority,
    @Nullable Long staleafter,
    @Nullable String after,
    @Nullable String moveTo,
    @Nullable Boolean paused,
    @Nullable String state,
    @Nullable String problem) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern SIMPLE = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  /** Checks every field; looks at the directory, so not for the event loop. */
  Watch watch(String user) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw ProblemException.invalid(
          "/name", "has 1 to 100 letters, digits, dots, dashes and underscores");
    }
    if (dags == null || dags.isEmpty()) {
      throw ProblemException.invalid("/dags", "names at least one DAG to start for each file");
    }
    String then = after == null ? "keep" : after;
    if (!Set.of("keep", "move", "delete").contains(then)) {
      throw ProblemException.invalid("/after", "is keep, move or delete, not '" + after + "'");
    }
    if (then.equals("move")) {
      directory("/move_to", moveTo);
    }
    return new Watch(
        name,
        directory("/path", path),
        glob(),
        Boolean.TRUE.equals(recursive),
        duration("/quiet_period", quietPeriod, Duration.ofSeconds(5)),
        marker,
        Math.max(0, minSize == null ? 0 : minSize),
        duration("/min_age", minAge, Duration.ZERO),
        share(),
        cap,
        dags,
        placeholder,
        priority,
        staleafter,
        then,
        moveTo,
        user);
  }

  private String glob() {
    String glob = pattern == null || pattern.isEmpty() ? "*" : pattern;
    try {
      java.nio.file.FileSystems.getDefault().getPathMatcher("glob:" + glob);
      return glob;
    } catch (java.util.regex.PatternSyntaxException e) {
      throw ProblemException.invalid("/pattern", "is no glob: " + e.getDescription());
    }
  }

  private double share() {
    double share = fraction == null ? 1 : fraction;
    if (!(share >= 0 && share <= 1)) {
      throw ProblemException.invalid("/fraction", "is 0 to 1, not " + share);
    }
    return share;
  }

  private static String directory(String pointer, @Nullable String text) {
    try {
      if (text != null && Path.of(text).isAbsolute()) {
        Path path = Path.of(text).normalize();
        if (Files.isDirectory(path) && Files.isReadable(path)) {
          return path.toString();
        }
        throw new ProblemException(
            WatcherProblem.DIRECTORY_MISSING,
            "%s is no directory that the watcher can read; make it, or correct %s."
                .formatted(path, pointer),
            List.of(ProblemItem.at(pointer, "no readable directory: " + path)));
      }
    } catch (InvalidPathException e) {
      throw ProblemException.invalid(pointer, "is no path: " + e.getReason());
    }
    throw ProblemException.invalid(pointer, "is the absolute path of a directory");
  }

  private static Duration duration(String pointer, @Nullable String text, Duration otherwise) {
    if (text == null || text.isBlank()) {
      return otherwise;
    }
    Matcher simple = SIMPLE.matcher(text.strip());
    try {
      Duration duration =
          simple.matches()
              ? of(Long.parseLong(simple.group(1)), simple.group(2))
              : Duration.parse(text.strip().toUpperCase(Locale.ROOT));
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // Said below.
    }
    throw ProblemException.invalid(pointer, "is a duration such as 500ms, 30s or PT0.5S: " + text);
  }

  private static Duration of(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  static WatchForm of(Watch w, boolean paused, @Nullable String problem) {
    return new WatchForm(
        w.name(),
        w.path(),
        w.pattern(),
        w.recursive(),
        w.quietPeriod().toString(),
        w.marker(),
        w.minSize(),
        w.minAge().toString(),
        w.fraction(),
        w.cap(),
        w.dags(),
        w.placeholder(),
        w.priority(),
        w.staleafter(),
        w.after(),
        w.moveTo(),
        paused,
        paused ? "paused" : problem == null ? "watching" : "failing",
        problem);
  }
}

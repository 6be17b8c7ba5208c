package org.p3s.watcher.http;

import java.time.Duration;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.DurationText;
import org.p3s.platform.http.Names;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.watcher.app.FileStorage;
import org.p3s.watcher.app.WatcherProblem;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.NamePattern;
import org.p3s.watcher.domain.QuietPeriod;
import org.p3s.watcher.domain.Watch;
import org.p3s.watcher.domain.WatchBuilder;

/** A watch that an operator adds. Only name, path and DAGs are required. */
record WatchRequest(
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
    @Nullable Boolean paused) {

  /**
   * Checks every field and adds the defaults. Blocks, because it asks the storage for directories.
   *
   * @throws ProblemException for the first field that is wrong
   */
  Watch toWatch(String user, FileStorage storage) {
    String validName = Names.require("/name", name);
    if (dags == null || dags.isEmpty()) {
      throw ProblemException.invalid("/dags", "names at least one DAG to start for each file");
    }
    AfterAction afterAction = afterAction();
    if (afterAction == AfterAction.MOVE) {
      directory("/move_to", moveTo, storage);
    }
    return WatchBuilder.builder()
        .name(validName)
        .path(directory("/path", path, storage))
        .pattern(validPattern())
        .recursive(Boolean.TRUE.equals(recursive))
        .quietPeriod(duration("/quiet_period", quietPeriod, QuietPeriod.DEFAULT))
        .marker(marker)
        .minSize(Math.max(0, minSize == null ? 0 : minSize))
        .minAge(duration("/min_age", minAge, Duration.ZERO))
        .fraction(validFraction())
        .cap(cap)
        .dags(dags)
        .placeholder(placeholder)
        .priority(priority)
        .staleafter(staleafter)
        .after(afterAction)
        .moveTo(moveTo)
        .user(user)
        .build();
  }

  private AfterAction afterAction() {
    String text = after == null ? AfterAction.KEEP.text() : after;
    return AfterAction.of(text)
        .orElseThrow(
            () ->
                ProblemException.invalid("/after", "is keep, move or delete, not '" + text + "'"));
  }

  private String validPattern() {
    String glob = pattern == null || pattern.isEmpty() ? "*" : pattern;
    try {
      NamePattern.compile(glob);
      return glob;
    } catch (PatternSyntaxException e) {
      throw ProblemException.invalid("/pattern", "is not a glob: " + e.getDescription());
    }
  }

  private double validFraction() {
    double share = fraction == null ? 1 : fraction;
    if (!(share >= 0 && share <= 1)) {
      throw ProblemException.invalid("/fraction", "is 0 to 1, not " + share);
    }
    return share;
  }

  private static String directory(String pointer, @Nullable String text, FileStorage storage) {
    if (text == null) {
      throw ProblemException.invalid(pointer, "is required: the absolute path of a directory");
    }
    String directory;
    try {
      directory = storage.normalize(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalid(
          pointer, "is not the absolute path of a directory: " + e.getMessage());
    }
    if (storage.isReadableDirectory(directory)) {
      return directory;
    }
    throw new ProblemException(
        WatcherProblem.DIRECTORY_MISSING,
        "The data watcher cannot read a directory %s. Create it, or correct %s."
            .formatted(directory, pointer),
        List.of(ProblemItem.at(pointer, "is not a directory that can be read: " + directory)));
  }

  private static Duration duration(String pointer, @Nullable String text, Duration defaultValue) {
    if (text == null || text.isBlank()) {
      return defaultValue;
    }
    try {
      return DurationText.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalid(
          pointer, "is a duration such as 500ms, 30s or PT0.5S, not '" + text + "'");
    }
  }
}

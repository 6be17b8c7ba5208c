package org.p3s.watcher.domain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Run and subrun of a data file; null where the name does not say them. */
public record RunNumber(@Nullable Long run, @Nullable Long subrun) {

  private static final Pattern RUN = Pattern.compile("run_?(\\d{1,18})(?:_(\\d{1,18}))?");

  /** Reads names such as {@code np04_run005141_0001.raw}, {@code run_5141.raw}. */
  public static RunNumber ofFileName(String name) {
    Matcher matcher = RUN.matcher(name);
    if (!matcher.find()) {
      return new RunNumber(null, null);
    }
    String subrun = matcher.group(2);
    return new RunNumber(
        Long.valueOf(matcher.group(1)), subrun == null ? null : Long.valueOf(subrun));
  }
}

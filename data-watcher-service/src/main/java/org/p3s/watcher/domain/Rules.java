package org.p3s.watcher.domain;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What the rules of a watch say of a file. */
public final class Rules {

  private static final Pattern RUN = Pattern.compile("run_?(\\d{1,18})(?:_(\\d{1,18}))?");

  /** A file as it was seen; {@code since} is since when size and time are what they are. */
  public record Sight(String name, long size, Instant mtime, Instant since, boolean marked) {}

  /** Run and subrun in a file's name; both may be unknown. */
  public record RunNumber(@Nullable Long run, @Nullable Long subrun) {}

  /** Empty if the file is whole; else when to look again. */
  public static Optional<Instant> lookAgain(Watch watch, Sight file, Instant now) {
    if (watch.marker() != null) {
      return file.marked() ? Optional.empty() : Optional.of(now.plus(Duration.ofSeconds(1)));
    }
    Instant quiet = file.since().plus(watch.quietPeriod());
    Instant old = file.mtime().plus(watch.minAge());
    Instant due = watch.minAge().isZero() || quiet.isAfter(old) ? quiet : old;
    if (due.isAfter(now)) {
      return Optional.of(due);
    }
    return file.size() < watch.minSize()
        ? Optional.of(now.plus(Duration.ofSeconds(10)))
        : Optional.empty();
  }

  /** True if the file is in the share that is taken; the same names are chosen at every replay. */
  public static boolean chosen(Watch watch, String name) {
    if (watch.fraction() >= 1) {
      return true;
    }
    CRC32 hash = new CRC32();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    return hash.getValue() / 4_294_967_296.0 < watch.fraction();
  }

  /** Reads {@code run005141_0001} and the like. */
  public static RunNumber run(String name) {
    Matcher matcher = RUN.matcher(name);
    if (!matcher.find()) {
      return new RunNumber(null, null);
    }
    String subrun = matcher.group(2);
    return new RunNumber(
        Long.valueOf(matcher.group(1)), subrun == null ? null : Long.valueOf(subrun));
  }

  private Rules() {}
}

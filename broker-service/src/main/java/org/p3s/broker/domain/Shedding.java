package org.p3s.broker.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which waiting jobs of a type go when more wait than its backlog limit allows. What workflows can
 * do without goes before all else, lower priority before higher; within a priority the rule
 * decides. The SQL that locks the excess goes by the same order; a test holds the two together.
 */
public enum Shedding {
  /** What waits longest: for those who want the newest data. */
  OLDEST(Comparator.comparing(Waiting::tsDef)),
  /** What came last: for those who want what they began to be complete. */
  NEWEST(Comparator.comparing(Waiting::tsDef).reversed()),
  /** An even part of all: those with the lowest keys stay, so a replay keeps the same ones. */
  SAMPLE(Comparator.comparing(Waiting::sampleKey).reversed());

  /** A waiting job, as far as shedding looks at it. */
  public record Waiting(
      UUID uuid, boolean optional, int priority, Instant tsDef, @Nullable String infile) {

    /** A hash of the input file, or of the job where there is none. */
    String sampleKey() {
      return md5(infile == null ? uuid.toString() : infile);
    }
  }

  private final Comparator<Waiting> withinPriority;

  Shedding(Comparator<Waiting> withinPriority) {
    this.withinPriority = withinPriority;
  }

  /** What is over the limit, the first to go first. */
  public List<Waiting> excess(Collection<Waiting> waiting, int limit) {
    return waiting.stream()
        .sorted(
            Comparator.comparing(Waiting::optional)
                .reversed()
                .thenComparing(Waiting::priority)
                .thenComparing(withinPriority)
                .thenComparing(job -> job.uuid().toString()))
        .limit(Math.max(0, waiting.size() - limit))
        .toList();
  }

  /** What the dropped job says of its end. */
  public String reason(String jobtype, int limit) {
    String who =
        switch (this) {
          case OLDEST -> "oldest dropped";
          case NEWEST -> "newest dropped";
          case SAMPLE -> "a sample kept";
        };
    return "backlog of " + jobtype + " over " + limit + ", " + who;
  }

  /** The spelling of API and database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The rule of that spelling. */
  public static Optional<Shedding> of(String text) {
    return Arrays.stream(values()).filter(rule -> rule.text().equals(text)).findFirst();
  }

  private static String md5(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}

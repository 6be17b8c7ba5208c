package org.p3s.broker.domain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Which waiting jobs of a type are dropped when more wait than its backlog limit allows. Jobs of
 * optional nodes go first, and lower priorities before higher ones; within a priority the rule
 * decides. {@code PgJobtypeLimits} selects the jobs in SQL.
 */
public enum SheddingRule {
  /** The jobs that have waited longest: for those who want the newest data. */
  OLDEST,
  /** The jobs that came last: for those who want to complete what they began. */
  NEWEST,
  /**
   * All but an even sample. The jobs with the lowest hashes of their input file stay, so that a
   * replay keeps the same files.
   */
  SAMPLE;

  /** The reason of a job that was dropped by this rule. */
  public String reason(String jobtype, int limit) {
    String which =
        switch (this) {
          case OLDEST -> "oldest dropped";
          case NEWEST -> "newest dropped";
          case SAMPLE -> "a sample kept";
        };
    return "backlog of " + jobtype + " over " + limit + ", " + which;
  }

  /** The spelling in the API and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The rule with that spelling. */
  public static Optional<SheddingRule> of(String text) {
    return Arrays.stream(values()).filter(rule -> rule.text().equals(text)).findFirst();
  }
}

package org.p3s.broker.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which waiting jobs are dropped by a {@link SheddingRule}, in Java: the reference for the
 * statement in {@code PgJobtypeLimits}, which {@code BacklogIT} compares with it.
 */
public final class SheddingOrder {

  /** A waiting job, as far as shedding depends on it. */
  public record WaitingJob(
      UUID uuid, boolean optional, int priority, Instant tsDef, @Nullable String infile) {

    /** A hash of the input file, or of the job if it has none. */
    String sampleKey() {
      return md5(infile == null ? uuid.toString() : infile);
    }
  }

  /** The jobs over the limit, in the order in which they are dropped. */
  public static List<WaitingJob> excess(
      SheddingRule rule, Collection<WaitingJob> waiting, int limit) {
    return waiting.stream()
        .sorted(
            Comparator.comparing(WaitingJob::optional)
                .reversed()
                .thenComparing(WaitingJob::priority)
                .thenComparing(withinPriority(rule))
                .thenComparing(job -> job.uuid().toString()))
        .limit(Math.max(0, waiting.size() - limit))
        .toList();
  }

  private static Comparator<WaitingJob> withinPriority(SheddingRule rule) {
    return switch (rule) {
      case OLDEST -> Comparator.comparing(WaitingJob::tsDef);
      case NEWEST -> Comparator.comparing(WaitingJob::tsDef).reversed();
      case SAMPLE -> Comparator.comparing(WaitingJob::sampleKey).reversed();
    };
  }

  private static String md5(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  private SheddingOrder() {}
}

package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people and pilots look at. */
public interface Views {

  /** A job as the broker knows it; of an ended one, its last attempt. */
  record JobView(
      UUID uuid,
      String name,
      String jobtype,
      @Nullable String user,
      @Nullable String site,
      @Nullable String host,
      String state,
      @Nullable String outcome,
      @Nullable Integer priority,
      @Nullable Long timelimit,
      int attempt,
      @Nullable Integer maxattempts,
      @Nullable String payload,
      @Nullable String params,
      @Nullable Map<String, String> env,
      @Nullable String infile,
      @Nullable UUID wfuuid,
      @Nullable String node,
      @Nullable UUID pUuid,
      @Nullable Long lease,
      @Nullable Long pid,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason,
      Instant tsDef,
      @Nullable Instant tsDis,
      @Nullable Instant tsSta,
      @Nullable Instant tsSto,
      @Nullable Instant staleAt,
      @Nullable Double cpuS,
      @Nullable Long maxRssKib,
      @Nullable String hostWorkdir,
      @Nullable Long place,
      @Nullable Long placeMoreThan) {}

  /**
   * The ends of an attempt's streams.
   *
   * @param live true if the attempt runs and these are what its followers were sent so far
   */
  record LogView(
      UUID job,
      int attempt,
      @Nullable String stdout,
      @Nullable String stderr,
      @Nullable String host,
      @Nullable String workdir,
      boolean live) {}

  /** The queue in numbers. */
  record Counts(long waiting, long dispatched, long running, @Nullable Instant oldest) {}

  /**
   * Whether a pilot still holds a job.
   *
   * @param follow true if somebody follows its log
   */
  record Held(
      UUID job,
      long lease,
      UUID pilot,
      String state,
      boolean stop,
      @Nullable String why,
      boolean follow) {}

  Uni<@Nullable JobView> live(UUID job);

  Uni<@Nullable JobView> ended(UUID job);

  Uni<List<JobView>> list(@Nullable String state, @Nullable UUID after, int limit);

  Uni<@Nullable LogView> log(UUID job, @Nullable Integer attempt);

  Uni<List<Held>> held(Collection<UUID> jobs);

  Uni<Counts> counts();
}

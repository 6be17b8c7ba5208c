package org.p3s.monitor.postgres;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.p3s.monitor.SampleEvents.NOW;
import static org.p3s.monitor.SampleEvents.jobDefined;
import static org.p3s.monitor.SampleEvents.jobFinished;
import static org.p3s.monitor.SampleEvents.jobProgress;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Event;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobProgress;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.monitor.domain.JobRank;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class JobProjectionIT extends MonitorTestBase {

  private final UUID job = Ids.next();
  private final UUID workflow = Ids.next();

  private JobProgress progress(JobProgress.State state, long lease, int second) {
    return jobProgress(job, state).lease(lease).at(NOW.plusSeconds(second)).build();
  }

  @Test
  void events_in_any_order_and_twice_give_the_same_row() {
    List<Event> events =
        List.of(
            jobDefined(job).build(),
            progress(JobProgress.State.DISPATCHED, 1, 1),
            progress(JobProgress.State.REQUEUED, 1, 2),
            progress(JobProgress.State.DISPATCHED, 2, 3),
            progress(JobProgress.State.RUNNING, 2, 4),
            jobFinished(job).lease(2).build());
    for (int seed = 0; seed < 20; seed++) {
      projectShuffled(events, seed);
      get("/api/v1/jobs/" + job)
          .body("state", equalTo("finished"))
          .body("outcome", equalTo("success"))
          .body("priority", equalTo(3))
          .body("name", equalTo("job"))
          .body("ts_def", equalTo("2026-11-24T10:00:00.000Z"))
          .body("ts_sto", equalTo("2026-11-24T10:00:05.000Z"));
    }
  }

  @Test
  void a_batch_may_hold_all_events_of_a_job() {
    project(
        jobDefined(job).wfuuid(workflow).build(),
        jobProgress(job, JobProgress.State.RUNNING).wfuuid(workflow).build(),
        jobFinished(job).wfuuid(workflow).errcode(4).stdout("out\u0000put").build());
    get("/api/v1/jobs?wfuuid=" + workflow)
        .body("items", hasSize(1))
        .body("items[0].outcome", equalTo("failure"))
        .body("items[0].errcode", equalTo(4))
        .body("next", equalTo(null));
  }

  @Test
  void a_priority_that_was_changed_stays_when_the_definition_comes_again() {
    project(jobDefined(job).build());
    project(new JobAdjusted(job, null, 8, "user", NOW), new JobAdjusted(job, null, 9, "user", NOW));
    project(jobDefined(job).build());
    get("/api/v1/jobs/" + job).body("priority", equalTo(9));
  }

  private record Pair(UUID job, JobRank first, JobRank second) {}

  /** The statements have the rule of {@link JobRank} in SQL; this holds the two together. */
  @Test
  void the_statements_choose_between_two_events_as_their_ranks_do() {
    List<Pair> pairs = pairs();
    String site = "one by one " + job;
    project(events(pairs, site, Pair::first, "first"));
    project(events(pairs, site, Pair::second, "second"));
    assertHigherRankIsShown(pairs, site);
  }

  @Test
  void events_of_one_batch_are_chosen_by_their_ranks_as_well() {
    List<Pair> pairs = pairs();
    String site = "together " + job;
    project(
        Stream.of(
                events(pairs, site, Pair::first, "first"),
                events(pairs, site, Pair::second, "second"))
            .flatMap(Stream::of)
            .toArray(Event[]::new));
    assertHigherRankIsShown(pairs, site);
  }

  private static List<Pair> pairs() {
    return ranks().stream()
        .flatMap(first -> ranks().stream().map(second -> new Pair(Ids.next(), first, second)))
        .toList();
  }

  private static List<JobRank> ranks() {
    List<JobRank> ranks = new ArrayList<>();
    for (int attempt = 1; attempt <= 2; attempt++) {
      for (long lease = 1; lease <= 2; lease++) {
        for (JobRank.Step step : JobRank.Step.values()) {
          if (step != JobRank.Step.DEFINED) {
            ranks.add(new JobRank(attempt, lease, step));
          }
        }
      }
    }
    return ranks;
  }

  /** The reason says which event of its pair it is; the site finds all jobs of a test. */
  private static Event[] events(
      List<Pair> pairs, String site, Function<Pair, JobRank> choose, String reason) {
    return pairs.stream()
        .map(pair -> event(pair.job(), site, choose.apply(pair), reason))
        .toArray(Event[]::new);
  }

  private static Event event(UUID job, String site, JobRank rank, String reason) {
    return switch (rank.step()) {
      case DEFINED -> throw new IllegalArgumentException("job-defined has no reason");
      case DISPATCHED -> progress(job, site, JobProgress.State.DISPATCHED, rank, reason);
      case RUNNING -> progress(job, site, JobProgress.State.RUNNING, rank, reason);
      case REQUEUED -> progress(job, site, JobProgress.State.REQUEUED, rank, reason);
      case ENDED ->
          jobFinished(job)
              .site(site)
              .attempt(rank.attempt())
              .lease(rank.lease())
              .reason(reason)
              .build();
    };
  }

  private static JobProgress progress(
      UUID job, String site, JobProgress.State state, JobRank rank, String reason) {
    return jobProgress(job, state)
        .site(site)
        .attempt(rank.attempt())
        .lease(rank.lease())
        .reason(reason)
        .build();
  }

  private static void assertHigherRankIsShown(List<Pair> pairs, String site) {
    List<Map<String, Object>> jobs =
        as("viewer")
            .queryParam("limit", 1_000)
            .queryParam("site", site)
            .get("/api/v1/jobs")
            .then()
            .extract()
            .path("items");
    Map<Object, Object> reasons =
        jobs.stream().collect(toMap(shown -> shown.get("uuid"), shown -> shown.get("reason")));
    for (Pair pair : pairs) {
      assertThat(reasons.get(pair.job().toString()))
          .as("%s, then %s", pair.first(), pair.second())
          .isEqualTo(pair.second().replaces(pair.first()) ? "second" : "first");
    }
  }
}

package org.p3s.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.p3s.monitor.SampleEvents.NOW;
import static org.p3s.monitor.SampleEvents.jobDefined;
import static org.p3s.monitor.SampleEvents.jobFinished;
import static org.p3s.monitor.SampleEvents.jobProgress;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Event;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** A job that is tried again is the same job, but its row says nothing of the attempt before. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class JobAttemptsIT extends MonitorTestBase {

  private static final List<String> FIELDS_OF_AN_ATTEMPT =
      List.of(
          "errcode",
          "signal",
          "reason",
          "pilot",
          "host",
          "pid",
          "host_workdir",
          "cpu_s",
          "max_rss_kib",
          "stdout",
          "stderr",
          "ts_dis",
          "ts_sta",
          "ts_sto");

  private UUID job = Ids.next();

  private JobDefined defined(int attempt, Instant at) {
    return jobDefined(job).attempt(attempt).site("requested site").definedAt(at).build();
  }

  private JobProgress progress(int attempt, long lease, JobProgress.State state, int second) {
    return jobProgress(job, state)
        .attempt(attempt)
        .lease(lease)
        .site("site" + attempt)
        .host("host" + attempt)
        .at(NOW.plusSeconds(second))
        .build();
  }

  private JobFinished ended(
      int attempt, long lease, JobEnd end, @Nullable Integer errcode, int second) {
    return jobFinished(job)
        .state(end)
        .attempt(attempt)
        .lease(lease)
        .errcode(errcode)
        .signal(9)
        .reason("reason " + attempt)
        .tsSto(NOW.plusSeconds(second))
        .build();
  }

  private List<Event> firstAttempt() {
    return List.of(
        defined(1, NOW),
        progress(1, 5, JobProgress.State.DISPATCHED, 1),
        progress(1, 5, JobProgress.State.RUNNING, 2),
        ended(1, 5, JobEnd.FINISHED, 1, 3));
  }

  private ValidatableResponse shown() {
    return get("/api/v1/jobs/" + job);
  }

  private void assertWaitsForSecondAttempt() {
    ValidatableResponse shown =
        shown()
            .body("state", equalTo("defined"))
            .body("attempt", equalTo(2))
            .body("outcome", nullValue())
            .body("site", equalTo("requested site"))
            .body("ts_def", equalTo("2026-11-24T10:00:00.000Z"));
    FIELDS_OF_AN_ATTEMPT.forEach(field -> shown.body(field, nullValue()));
  }

  @Test
  void a_job_that_is_tried_again_waits_like_a_new_one_and_keeps_its_time_of_definition() {
    List<Event> first = firstAttempt();
    first.forEach(this::project);
    shown().body("errcode", equalTo(1)).body("host", equalTo("host1"));
    JobDefined again = defined(2, NOW.plusSeconds(60));
    project(again);
    assertWaitsForSecondAttempt();
    project(first.toArray(new Event[0]));
    project(again);
    assertWaitsForSecondAttempt();
  }

  @Test
  void a_batch_may_hold_an_attempt_and_the_definition_of_the_next() {
    List<Event> first = firstAttempt();
    JobDefined again = defined(2, NOW.plusSeconds(60));
    project(first.get(0), first.get(1), first.get(2), first.get(3), again, first.get(0));
    assertWaitsForSecondAttempt();
  }

  @Test
  void events_of_two_attempts_in_any_order_give_the_row_of_the_second() {
    for (int seed = 0; seed < 20; seed++) {
      job = Ids.next();
      projectShuffled(
          List.of(
              defined(1, NOW),
              progress(1, 5, JobProgress.State.RUNNING, 2),
              ended(1, 5, JobEnd.FINISHED, 1, 3),
              defined(2, NOW.plusSeconds(60)),
              progress(2, 6, JobProgress.State.DISPATCHED, 61)),
          seed);
      shown()
          .body("state", equalTo("dispatched"))
          .body("attempt", equalTo(2))
          .body("errcode", nullValue())
          .body("signal", nullValue())
          .body("reason", nullValue())
          .body("stderr", nullValue())
          .body("host", equalTo("host2"))
          .body("site", equalTo("site2"))
          .body("ts_def", equalTo("2026-11-24T10:00:00.000Z"))
          .body("ts_dis", equalTo("2026-11-24T10:01:01.000Z"))
          .body("ts_sta", nullValue())
          .body("ts_sto", nullValue());
    }
  }

  @Test
  void an_attempt_that_never_ran_has_no_host_of_the_attempt_before() {
    for (int seed = 0; seed < 20; seed++) {
      job = Ids.next();
      projectShuffled(
          List.of(
              defined(1, NOW),
              progress(1, 5, JobProgress.State.RUNNING, 2),
              ended(1, 5, JobEnd.FINISHED, 1, 3),
              defined(2, NOW.plusSeconds(60)),
              ended(2, 0, JobEnd.CANCELLED, null, 70)),
          seed);
      shown()
          .body("state", equalTo("cancelled"))
          .body("errcode", nullValue())
          .body("reason", equalTo("reason 2"))
          .body("host", nullValue())
          .body("ts_sta", nullValue())
          .body("ts_sto", equalTo("2026-11-24T10:01:10.000Z"));
    }
  }

  @Test
  void the_age_of_the_backlog_is_the_longest_wait_not_the_age_of_the_oldest_job() {
    Instant now = Instant.now();
    project(defined(1, now.minusSeconds(1_000_000_000)));
    project(ended(1, 5, JobEnd.FINISHED, 1, 3), defined(2, now));
    Number oldest = get("/api/v1/summary").extract().path("backlog.oldest_s");
    assertThat(oldest.doubleValue()).isLessThan(900_000_000);
    project(ended(2, 6, JobEnd.FINISHED, 0, 9));
  }
}

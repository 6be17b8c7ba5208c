package org.p3s.monitor.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Event;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** A job that is tried again is the same job, and says nothing of the attempt before. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class AttemptsIT extends Folding {

  private UUID job = Ids.next();

  private JobDefined defined(int attempt, Instant at) {
    return new JobDefined(
        job, null, null, "again", "type", "payload", null, Map.of(), null, 3, 100, attempt, 3,
        "user", "asked", null, false, Map.of(), List.of(), List.of(), null, null, at, null, null);
  }

  private JobProgress progress(int attempt, long lease, JobProgress.State state, int second) {
    return new JobProgress(
        job,
        null,
        null,
        state,
        attempt,
        lease,
        UUID.randomUUID(),
        "site" + attempt,
        "host" + attempt,
        7L + attempt,
        "/w" + attempt,
        null,
        NOW.plusSeconds(second));
  }

  private JobFinished ended(
      int attempt, long lease, JobEnd end, @Nullable Integer errcode, int second) {
    return new JobFinished(
        job,
        null,
        null,
        "type",
        end,
        attempt,
        lease,
        errcode,
        9,
        "why " + attempt,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        NOW.plusSeconds(second),
        0.5,
        1024L,
        List.of(),
        List.of(),
        "out",
        "err");
  }

  private ValidatableResponse shown() {
    return as("viewer").get("/api/v1/jobs/" + job).then().statusCode(200);
  }

  /** As it waits for its second attempt. */
  private void waits() {
    ValidatableResponse shown =
        shown()
            .body("state", equalTo("defined"))
            .body("attempt", equalTo(2))
            .body("outcome", nullValue())
            .body("site", equalTo("asked"))
            .body("ts_def", equalTo("2026-11-24T10:00:00.000Z"));
    for (String field :
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
            "ts_sto")) {
      shown.body(field, nullValue());
    }
  }

  private List<Event> firstAttempt() {
    return List.of(
        defined(1, NOW),
        progress(1, 5, JobProgress.State.DISPATCHED, 1),
        progress(1, 5, JobProgress.State.RUNNING, 2),
        ended(1, 5, JobEnd.FINISHED, 1, 3));
  }

  @Test
  void a_job_that_is_tried_again_waits_as_if_new_but_is_as_old_as_it_was() {
    List<Event> first = firstAttempt();
    first.forEach(this::fold);
    shown().body("errcode", equalTo(1)).body("host", equalTo("host1"));
    JobDefined again = defined(2, NOW.plusSeconds(60));
    fold(again);
    waits();
    fold(first.toArray(new Event[0]));
    fold(again);
    waits();
  }

  @Test
  void a_batch_may_hold_an_attempt_and_the_definition_of_the_next() {
    List<Event> first = firstAttempt();
    JobDefined again = defined(2, NOW.plusSeconds(60));
    fold(first.get(0), first.get(1), first.get(2), first.get(3), again, first.get(0));
    waits();
  }

  @Test
  void attempts_that_are_told_in_any_order_give_the_row_of_the_last() {
    for (int seed = 0; seed < 20; seed++) {
      job = Ids.next();
      foldShuffled(
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
  void an_attempt_that_never_ran_has_no_host_of_the_one_before() {
    for (int seed = 0; seed < 20; seed++) {
      job = Ids.next();
      foldShuffled(
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
          .body("reason", equalTo("why 2"))
          .body("host", nullValue())
          .body("ts_sta", nullValue())
          .body("ts_sto", equalTo("2026-11-24T10:01:10.000Z"));
    }
  }

  @Test
  void the_backlog_is_as_old_as_its_longest_wait_not_as_its_oldest_job() {
    Instant now = Instant.now();
    fold(defined(1, now.minusSeconds(1_000_000_000)));
    fold(ended(1, 5, JobEnd.FINISHED, 1, 3), defined(2, now));
    Number oldest = as("viewer").get("/api/v1/summary").then().extract().path("backlog.oldest_s");
    assertThat(oldest.doubleValue()).isLessThan(900_000_000);
    fold(ended(2, 6, JobEnd.FINISHED, 0, 9));
  }
}

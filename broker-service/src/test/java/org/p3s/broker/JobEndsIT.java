package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Jobs that do not just finish, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class JobEndsIT extends BrokerTestBase {

  @Test
  void the_job_of_a_lost_pilot_ends_as_pilot_timeout_and_the_pilot_is_refused() {
    JobDefined job = define();
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    pilot.reportStart(held);
    events.send(pilots.end(pilot, "timeout", "TO"));
    JobFinished finished = events.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    assertThat(finished.host()).isEqualTo("h");
    assertThat(pilot.reportFinish(held, Map.of()).problem()).isEqualTo("/problems/lease-lost");
    assertThat(pilot.awaitJob().problem()).isEqualTo("/problems/pilot-gone");
    assertThat(events.ends(job.job())).hasSize(1);
  }

  @Test
  void the_running_job_of_a_killed_pilot_is_killed_and_an_unstarted_one_requeued() {
    JobDefined runs = define();
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    pilot.reportStart(held);
    JobDefined unstarted = define();
    TestPilots.now(pilot.requestJob("20s", UUID.randomUUID(), Map.of("slot", 1)));
    events.send(pilots.end(pilot, "stopped", "KILL"));
    assertThat(events.end(runs.job()).state()).isEqualTo(JobEnd.KILLED);
    events.awaitStates(unstarted.job(), "DISPATCHED", "REQUEUED");
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(unstarted.job());
  }

  private static JobWithdrawn withdrawal(JobDefined job, boolean waitingOnly) {
    return new JobWithdrawn(
        job.job(), null, waitingOnly, "not wanted", "jane", JobDefinitions.now());
  }

  @Test
  void a_withdrawn_job_that_waits_is_cancelled() {
    JobDefined job = define();
    events.send(withdrawal(job, true));
    JobFinished finished = events.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.CANCELLED);
    assertThat(finished.reason()).isEqualTo("not wanted");
    assertThat(state(job.job())).isEqualTo("none");
  }

  @Test
  void a_withdrawn_job_that_runs_is_stopped_only_if_that_was_asked_for() {
    JobDefined job = define();
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    pilot.reportStart(held);
    events.send(withdrawal(job, true));
    await()
        .atMost(LONG)
        .until(
            () ->
                rows(
                        "SELECT 1 FROM job WHERE uuid = $1 AND withdrawn IS NOT NULL",
                        Tuple.of(job.job()))
                    .iterator()
                    .hasNext());
    assertThat(pilot.checkLease(held).body().path("stop").asBoolean()).isFalse();
    events.send(withdrawal(job, false));
    await().atMost(LONG).until(() -> pilot.checkLease(held).body().path("stop").asBoolean());
    assertThat(pilot.checkLease(held).body().path("reason").asText()).isEqualTo("not wanted");
    pilot.reportFinish(held, Map.of("state", "cancelled", "errcode", 143, "signal", 15));
    JobFinished finished = events.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.CANCELLED);
    assertThat(finished.signal()).isEqualTo(15);
    assertThat(finished.reason()).isEqualTo("not wanted");
  }

  @Test
  void a_repeated_definition_is_ignored_even_after_the_end_of_the_job() {
    JobDefined job = define();
    events.send(job);
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    events.send(job);
    pilot.reportStart(held);
    pilot.reportFinish(held, Map.of());
    events.end(job.job());
    events.send(job);
    JobDefined later = define();
    // Both have the same partition, so the later definition is handled after the repeat.
    awaitState(later.job(), "defined");
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(later.job());
    assertThat(TestPilots.now(pilots.pilot().requestJob("0.3s")).status()).isEqualTo(204);
    assertThat(events.ends(job.job())).hasSize(1);
  }

  @Test
  void a_job_past_its_deadline_is_dropped_as_stale() {
    Instant now = JobDefinitions.now();
    JobDefined job = job(0, now.plusMillis(300), now);
    events.send(job);
    JobFinished finished = events.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.DROPPED);
    assertThat(finished.reason()).isEqualTo("stale");
    assertThat(finished.lease()).isZero();
  }
}

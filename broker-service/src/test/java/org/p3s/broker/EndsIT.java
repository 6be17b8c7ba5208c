package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** How jobs end that do not just finish, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class EndsIT extends Stage {

  private PilotHeartbeat end(Pilot pilot, String state, String status) {
    return new PilotHeartbeat(
        pilot.uuid(),
        PilotHeartbeat.Kind.END,
        fleet.site,
        "h",
        1,
        state,
        status,
        1,
        List.of(),
        0,
        null,
        null,
        Jobs.now(),
        Jobs.now());
  }

  @Test
  void a_lost_pilots_job_ends_as_pilot_timeout_and_the_pilot_is_gone() {
    JobDefined job = define();
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    pilot.starts(held);
    said.tell(end(pilot, "timeout", "TO"));
    JobFinished finished = said.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    assertThat(finished.host()).isEqualTo("h");
    assertThat(pilot.finishes(held, Map.of()).problem()).isEqualTo("/problems/lease-lost");
    assertThat(pilot.gets().problem()).isEqualTo("/problems/pilot-gone");
    assertThat(said.ends(job.job())).hasSize(1);
  }

  @Test
  void a_killed_pilots_job_is_killed_and_one_that_never_started_waits_again() {
    JobDefined runs = define();
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    pilot.starts(held);
    JobDefined unstarted = define();
    Fleet.now(pilot.asks("20s", UUID.randomUUID(), Map.of("slot", 1)));
    said.tell(end(pilot, "stopped", "KILL"));
    assertThat(said.end(runs.job()).state()).isEqualTo(JobEnd.KILLED);
    said.awaitStates(unstarted.job(), "DISPATCHED", "REQUEUED");
    assertThat(fleet.pilot().gets().job()).isEqualTo(unstarted.job());
  }

  private static JobWithdrawn withdrawal(JobDefined job, boolean waitingOnly) {
    return new JobWithdrawn(job.job(), null, waitingOnly, "not wanted", "jane", Jobs.now());
  }

  @Test
  void a_withdrawn_job_that_waits_is_cancelled() {
    JobDefined job = define();
    said.tell(withdrawal(job, true));
    JobFinished finished = said.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.CANCELLED);
    assertThat(finished.reason()).isEqualTo("not wanted");
    assertThat(state(job.job())).isEqualTo("none");
  }

  @Test
  void a_withdrawn_job_that_runs_is_stopped_by_its_pilot_or_left_alone() {
    JobDefined job = define();
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    pilot.starts(held);
    said.tell(withdrawal(job, true));
    await()
        .atMost(LONG)
        .until(
            () ->
                rows(
                        "SELECT 1 FROM job WHERE uuid = $1 AND withdrawn IS NOT NULL",
                        Tuple.of(job.job()))
                    .iterator()
                    .hasNext());
    assertThat(pilot.looks(held).body().path("stop").asBoolean()).isFalse();
    said.tell(withdrawal(job, false));
    await().atMost(LONG).until(() -> pilot.looks(held).body().path("stop").asBoolean());
    assertThat(pilot.looks(held).body().path("reason").asText()).isEqualTo("not wanted");
    pilot.finishes(held, Map.of("state", "cancelled", "errcode", 143, "signal", 15));
    JobFinished finished = said.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.CANCELLED);
    assertThat(finished.signal()).isEqualTo(15);
    assertThat(finished.reason()).isEqualTo("not wanted");
  }

  @Test
  void a_repeated_definition_is_one_job_even_after_its_end() {
    JobDefined job = define();
    said.tell(job);
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    said.tell(job);
    pilot.starts(held);
    pilot.finishes(held, Map.of());
    said.end(job.job());
    said.tell(job);
    JobDefined later = define();
    // One key, one order: the later one is seen after the repeat of the first.
    awaitState(later.job(), "defined");
    assertThat(fleet.pilot().gets().job()).isEqualTo(later.job());
    assertThat(Fleet.now(fleet.pilot().asks("0.3s")).status()).isEqualTo(204);
    assertThat(said.ends(job.job())).hasSize(1);
  }

  @Test
  void a_job_past_its_deadline_is_dropped_as_stale() {
    Instant now = Jobs.now();
    JobDefined job = job(0, now.plusMillis(300), now);
    said.tell(job);
    JobFinished finished = said.end(job.job());
    assertThat(finished.state()).isEqualTo(JobEnd.DROPPED);
    assertThat(finished.reason()).isEqualTo("stale");
    assertThat(finished.lease()).isZero();
  }
}

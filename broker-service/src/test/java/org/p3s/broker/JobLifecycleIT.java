package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Jobs and their leases from definition to end, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class JobLifecycleIT extends BrokerTestBase {

  @Test
  void a_job_goes_from_its_definition_through_a_waiting_pilot_to_its_end() throws Exception {
    Pilot pilot = pilots.pilot();
    CompletableFuture<Answer> poll = pilot.requestJob("20s");
    awaitPendingPoll(true);
    JobDefined defined = define();
    Answer job = TestPilots.now(poll);
    assertThat(job.status()).isEqualTo(200);
    assertThat(job.job()).isEqualTo(defined.job());
    assertThat(job.body().path("payload").asText()).isEqualTo("/bin/true");
    assertThat(job.body().path("env").path("A").asText()).isEqualTo("b");
    assertThat(job.body().path("outputs").path(0).asText()).isEqualTo("/out/x.dat");
    assertThat(job.body().path("confirm_s").asInt()).isEqualTo(2);
    assertThat(pilot.reportStart(job).status()).isEqualTo(200);
    assertThat(pilot.checkLease(job).body().path("state").asText()).isEqualTo("running");

    Answer end =
        pilot.reportFinish(
            job,
            Map.of(
                "errcode",
                3,
                "stdout",
                "x".repeat(5000) + "end\0",
                "stderr",
                "oops",
                "cpu_s",
                1.5,
                "max_rss_kib",
                1234,
                "outputs",
                List.of(Map.of("path", "/out/x.dat", "exists", true, "size", 5)),
                "dqm",
                List.of(Map.of("type", "purity", "values", Map.of("lifetime", 0.4)), "junk")));
    assertThat(end.status()).isEqualTo(200);
    assertThat(end.body().path("accepted").asBoolean()).isTrue();
    JobFinished finished = events.end(defined.job());
    assertThat(finished.state()).isEqualTo(JobEnd.FINISHED);
    assertThat(finished.errcode()).isEqualTo(3);
    assertThat(finished.lease()).isEqualTo(job.lease());
    assertThat(finished.pilot()).isEqualTo(pilot.uuid());
    assertThat(finished.site()).isEqualTo(pilots.site);
    assertThat(finished.host()).isEqualTo("h");
    assertThat(finished.cpuS()).isEqualTo(1.5);
    assertThat(finished.outputs()).hasSize(1);
    assertThat(finished.stdout()).hasSizeLessThanOrEqualTo(4096).endsWith("end\uFFFD");
    events.awaitStates(defined.job(), "DISPATCHED", "RUNNING");
    await().atMost(LONG).until(() -> events.results(defined.job()).size() == 1);
    assertThat(events.results(defined.job()).get(0).run()).isEqualTo(12);

    Answer log = TestPilots.get("/jobs/" + defined.job() + "/log", TestPilots.token("viewer"));
    assertThat(log.body().path("stderr").asText()).isEqualTo("oops");
    assertThat(log.body().path("stdout").asText()).hasSize(5004);
    Answer view = TestPilots.get("/jobs/" + defined.job(), TestPilots.token("viewer"));
    assertThat(view.body().path("state").asText()).isEqualTo("finished");
    assertThat(view.body().path("outcome").asText()).isEqualTo("failure");
  }

  @Test
  void the_same_request_gets_the_same_job_and_a_pilot_never_holds_two() {
    JobDefined one = define();
    JobDefined two = define();
    awaitState(two.job(), "defined");
    awaitState(one.job(), "defined");
    Pilot pilot = pilots.pilot();
    UUID request = UUID.randomUUID();
    Answer first = TestPilots.now(pilot.requestJob("20s", request, Map.of()));
    Answer again = TestPilots.now(pilot.requestJob("20s", request, Map.of()));
    Answer other = pilot.awaitJob();
    assertThat(again.job()).isEqualTo(first.job());
    assertThat(again.lease()).isEqualTo(first.lease());
    assertThat(other.job()).isEqualTo(first.job());
    Answer slot = TestPilots.now(pilot.requestJob("20s", UUID.randomUUID(), Map.of("slot", 1)));
    assertThat(slot.job()).isNotEqualTo(first.job());
    assertThat(events.states(first.job())).doesNotContain("REQUEUED");
  }

  @Test
  void a_job_that_is_not_confirmed_in_time_is_requeued_and_its_old_lease_refused() {
    JobDefined job = define();
    Pilot silent = pilots.pilot();
    Answer lost = silent.awaitJob();
    Pilot other = pilots.pilot();
    Answer again = other.awaitJob();
    assertThat(again.job()).isEqualTo(job.job());
    assertThat(again.lease()).isGreaterThan(lost.lease());
    Answer refused = silent.reportStart(lost);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("/problems/lease-lost");
    assertThat(silent.reportFinish(lost, Map.of()).problem()).isEqualTo("/problems/lease-lost");
    assertThat(silent.checkLease(lost).status()).isEqualTo(409);
    assertThat(other.reportStart(again).status()).isEqualTo(200);
    events.awaitStates(job.job(), "DISPATCHED", "REQUEUED", "DISPATCHED", "RUNNING");
  }

  @Test
  void reports_may_be_repeated() {
    JobDefined job = define();
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    assertThat(pilot.reportStart(held).status()).isEqualTo(200);
    assertThat(pilot.reportStart(held).status()).isEqualTo(200);
    assertThat(pilot.reportFinish(held, Map.of()).status()).isEqualTo(200);
    assertThat(pilot.reportFinish(held, Map.of()).status()).isEqualTo(200);
    assertThat(pilot.reportStart(held).status()).isEqualTo(409);
    events.end(job.job());
    assertThat(events.ends(job.job())).hasSize(1);
  }

  @Test
  void a_finish_report_gets_the_next_job_and_its_repeat_the_same_job() {
    define();
    Pilot pilot = pilots.pilot();
    Answer first = pilot.awaitJob();
    JobDefined second = define();
    awaitState(second.job(), "defined");
    Map<String, Object> nextJob = Map.of("next", Map.of("request", UUID.randomUUID(), "wait_s", 0));
    Answer end = pilot.reportFinish(first, nextJob);
    Answer repeat = pilot.reportFinish(first, nextJob);
    assertThat(end.body().path("next").path("job").asText()).isEqualTo(second.job().toString());
    assertThat(repeat.body().path("next").path("lease"))
        .isEqualTo(end.body().path("next").path("lease"));
    Answer next = new Answer(200, end.body().path("next"));
    assertThat(pilot.reportFinish(next, nextJob).body().path("next").isNull()).isTrue();
  }

  @Test
  void a_pilot_can_not_use_the_uuid_of_another() {
    define();
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    Pilot thief = pilots.pilot();
    assertThat(new Pilot(pilot.uuid(), thief.token()).reportStart(held).problem())
        .isEqualTo("/problems/not-yours");
    assertThat(new Pilot(pilot.uuid(), thief.token()).awaitJob().status()).isEqualTo(403);
    assertThat(thief.reportStart(held).status()).isEqualTo(409);
    assertThat(TestPilots.get("/summary", pilot.token()).status()).isEqualTo(403);
  }

  @Test
  void errors_in_reports_are_named() {
    define();
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    Answer state = pilot.reportFinish(held, Map.of("state", "dropped"));
    assertThat(state.status()).isEqualTo(422);
    assertThat(state.body().path("errors").path(0).path("pointer").asText()).isEqualTo("/state");
    assertThat(TestPilots.now(pilot.post("/pilots/" + pilot.uuid() + "/next", Map.of())).status())
        .isEqualTo(422);
    assertThat(pilot.reportFinish(held, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void killed_database_connections_lose_nothing() throws Exception {
    JobDefined held = define();
    Pilot holder = pilots.pilot();
    Answer lease = holder.awaitJob();
    CompletableFuture<Answer> poll = pilots.pilot().requestJob("30s");
    awaitPendingPoll(true);
    try (var connection = KafkaAndPostgres.postgres().connect("p3s");
        var sql = connection.createStatement()) {
      sql.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'broker'");
    }
    JobDefined job = define();
    assertThat(TestPilots.now(poll).job()).isEqualTo(job.job());
    await().atMost(LONG).until(() -> holder.reportFinish(lease, Map.of()).status() == 200);
    assertThat(events.end(held.job()).state()).isEqualTo(JobEnd.FINISHED);
  }
}

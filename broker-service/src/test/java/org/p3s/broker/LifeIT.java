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
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The life of jobs and their leases, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class LifeIT extends Stage {

  @Test
  void a_defined_job_reaches_a_waiting_pilot_and_lives_to_its_end() throws Exception {
    Pilot pilot = fleet.pilot();
    CompletableFuture<Answer> poll = pilot.asks("20s");
    awaitParked(true);
    JobDefined defined = define();
    Answer job = Fleet.now(poll);
    assertThat(job.status()).isEqualTo(200);
    assertThat(job.job()).isEqualTo(defined.job());
    assertThat(job.body().path("payload").asText()).isEqualTo("/bin/true");
    assertThat(job.body().path("env").path("A").asText()).isEqualTo("b");
    assertThat(job.body().path("outputs").path(0).asText()).isEqualTo("/out/x.dat");
    assertThat(job.body().path("confirm_s").asInt()).isEqualTo(2);
    assertThat(pilot.starts(job).status()).isEqualTo(200);
    assertThat(pilot.looks(job).body().path("state").asText()).isEqualTo("running");

    Answer end =
        pilot.finishes(
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
    JobFinished finished = said.end(defined.job());
    assertThat(finished.state()).isEqualTo(JobEnd.FINISHED);
    assertThat(finished.errcode()).isEqualTo(3);
    assertThat(finished.lease()).isEqualTo(job.lease());
    assertThat(finished.pilot()).isEqualTo(pilot.uuid());
    assertThat(finished.site()).isEqualTo(fleet.site);
    assertThat(finished.host()).isEqualTo("h");
    assertThat(finished.cpuS()).isEqualTo(1.5);
    assertThat(finished.outputs()).hasSize(1);
    assertThat(finished.stdout()).hasSizeLessThanOrEqualTo(4096).endsWith("end\uFFFD");
    said.awaitStates(defined.job(), "DISPATCHED", "RUNNING");
    await().atMost(LONG).until(() -> said.results(defined.job()).size() == 1);
    assertThat(said.results(defined.job()).get(0).run()).isEqualTo(12);

    Answer log = Fleet.get("/jobs/" + defined.job() + "/log", Fleet.token("viewer"));
    assertThat(log.body().path("stderr").asText()).isEqualTo("oops");
    assertThat(log.body().path("stdout").asText()).hasSize(5004);
    Answer view = Fleet.get("/jobs/" + defined.job(), Fleet.token("viewer"));
    assertThat(view.body().path("state").asText()).isEqualTo("finished");
    assertThat(view.body().path("outcome").asText()).isEqualTo("failure");
  }

  @Test
  void the_same_request_gets_the_same_job_and_a_pilot_never_holds_two() {
    JobDefined one = define();
    JobDefined two = define();
    awaitState(two.job(), "defined");
    awaitState(one.job(), "defined");
    Pilot pilot = fleet.pilot();
    UUID request = UUID.randomUUID();
    Answer first = Fleet.now(pilot.asks("20s", request, Map.of()));
    Answer again = Fleet.now(pilot.asks("20s", request, Map.of()));
    Answer other = pilot.gets();
    assertThat(again.job()).isEqualTo(first.job());
    assertThat(again.lease()).isEqualTo(first.lease());
    assertThat(other.job()).isEqualTo(first.job());
    Answer slot = Fleet.now(pilot.asks("20s", UUID.randomUUID(), Map.of("slot", 1)));
    assertThat(slot.job()).isNotEqualTo(first.job());
    assertThat(said.states(first.job())).doesNotContain("REQUEUED");
  }

  @Test
  void what_is_not_confirmed_in_time_is_offered_again_and_the_old_lease_is_refused() {
    JobDefined job = define();
    Pilot silent = fleet.pilot();
    Answer lost = silent.gets();
    Pilot other = fleet.pilot();
    Answer again = other.gets();
    assertThat(again.job()).isEqualTo(job.job());
    assertThat(again.lease()).isGreaterThan(lost.lease());
    Answer refused = silent.starts(lost);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("/problems/lease-lost");
    assertThat(silent.finishes(lost, Map.of()).problem()).isEqualTo("/problems/lease-lost");
    assertThat(silent.looks(lost).status()).isEqualTo(409);
    assertThat(other.starts(again).status()).isEqualTo(200);
    said.awaitStates(job.job(), "DISPATCHED", "REQUEUED", "DISPATCHED", "RUNNING");
  }

  @Test
  void reports_may_be_repeated() {
    JobDefined job = define();
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    assertThat(pilot.starts(held).status()).isEqualTo(200);
    assertThat(pilot.starts(held).status()).isEqualTo(200);
    assertThat(pilot.finishes(held, Map.of()).status()).isEqualTo(200);
    assertThat(pilot.finishes(held, Map.of()).status()).isEqualTo(200);
    assertThat(pilot.starts(held).status()).isEqualTo(409);
    said.end(job.job());
    assertThat(said.ends(job.job())).hasSize(1);
  }

  @Test
  void a_finish_report_brings_the_next_job_and_its_repeat_the_same() {
    define();
    Pilot pilot = fleet.pilot();
    Answer first = pilot.gets();
    JobDefined second = define();
    awaitState(second.job(), "defined");
    Map<String, Object> wish = Map.of("next", Map.of("request", UUID.randomUUID(), "wait_s", 0));
    Answer end = pilot.finishes(first, wish);
    Answer repeat = pilot.finishes(first, wish);
    assertThat(end.body().path("next").path("job").asText()).isEqualTo(second.job().toString());
    assertThat(repeat.body().path("next").path("lease"))
        .isEqualTo(end.body().path("next").path("lease"));
    Answer next = new Answer(200, end.body().path("next"));
    assertThat(pilot.finishes(next, wish).body().path("next").isNull()).isTrue();
  }

  @Test
  void a_pilot_speaks_only_for_itself() {
    define();
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    Pilot thief = fleet.pilot();
    assertThat(new Pilot(pilot.uuid(), thief.token()).starts(held).problem())
        .isEqualTo("/problems/not-yours");
    assertThat(new Pilot(pilot.uuid(), thief.token()).gets().status()).isEqualTo(403);
    assertThat(thief.starts(held).status()).isEqualTo(409);
    assertThat(Fleet.get("/summary", pilot.token()).status()).isEqualTo(403);
  }

  @Test
  void wrong_reports_are_named() {
    define();
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    Answer state = pilot.finishes(held, Map.of("state", "dropped"));
    assertThat(state.status()).isEqualTo(422);
    assertThat(state.body().path("errors").path(0).path("pointer").asText()).isEqualTo("/state");
    assertThat(Fleet.now(pilot.post("/pilots/" + pilot.uuid() + "/next", Map.of())).status())
        .isEqualTo(422);
    assertThat(pilot.finishes(held, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void killed_database_connections_lose_nothing() throws Exception {
    JobDefined held = define();
    Pilot holder = fleet.pilot();
    Answer lease = holder.gets();
    CompletableFuture<Answer> poll = fleet.pilot().asks("30s");
    awaitParked(true);
    try (var connection = KafkaAndPostgres.postgres().connect("p3s");
        var sql = connection.createStatement()) {
      sql.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'broker'");
    }
    JobDefined job = define();
    assertThat(Fleet.now(poll).job()).isEqualTo(job.job());
    await().atMost(LONG).until(() -> holder.finishes(lease, Map.of()).status() == 200);
    assertThat(said.end(held.job()).state()).isEqualTo(JobEnd.FINISHED);
  }
}

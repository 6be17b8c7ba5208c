package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.domain.JobState;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.platform.security.PilotTokens;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The life of jobs over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class BrokerIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  private static Said said;

  @Inject PilotTokens tokens;
  @Inject Pool pool;
  @Inject Dispatcher dispatcher;

  private Fleet fleet;

  @BeforeAll
  static void listen() {
    said = new Said();
  }

  @AfterAll
  static void stopListening() throws InterruptedException {
    said.close();
  }

  @BeforeEach
  void anotherSite() {
    fleet = new Fleet(tokens);
  }

  private JobDefined define() {
    JobDefined job = Jobs.at(fleet.site);
    said.tell(job);
    return job;
  }

  private void awaitState(UUID job, String state) {
    await().atMost(LONG).until(() -> state(job).equals(state));
  }

  private String state(UUID job) {
    for (Row row : rows("SELECT state FROM job WHERE uuid = $1", Tuple.of(job))) {
      return row.getString("state");
    }
    return "none";
  }

  private Iterable<Row> rows(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().atMost(LONG);
  }

  private void awaitParked(int seats) {
    await()
        .atMost(LONG)
        .until(
            () ->
                dispatcher.kinds().stream().anyMatch(kind -> kind.site().equals(fleet.site))
                    == (seats > 0));
  }

  private static String token(String role) throws Exception {
    String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
    return Files.readString(Path.of(dir, role + ".token")).strip();
  }

  @Test
  void a_defined_job_reaches_a_waiting_pilot_and_lives_to_its_end() throws Exception {
    Pilot pilot = fleet.pilot();
    CompletableFuture<Answer> poll = pilot.asks("20s");
    awaitParked(1);
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

    Answer log = Fleet.get("/jobs/" + defined.job() + "/log", token("viewer"));
    assertThat(log.body().path("stderr").asText()).isEqualTo("oops");
    assertThat(log.body().path("stdout").asText()).hasSize(5004);
    Answer view = Fleet.get("/jobs/" + defined.job(), token("viewer"));
    assertThat(view.body().path("state").asText()).isEqualTo("finished");
    assertThat(view.body().path("outcome").asText()).isEqualTo("failure");
  }

  @Test
  void higher_priority_goes_first_then_the_nearest_deadline_then_the_oldest() {
    Instant now = Jobs.now();
    List<JobDefined> best =
        List.of(
            job(5, null, now.minusSeconds(1)),
            job(1, now.plusSeconds(600), now),
            job(1, now.plusSeconds(900), now.minusSeconds(9)),
            job(1, null, now.minusSeconds(7)),
            job(1, null, now.minusSeconds(3)),
            job(-1, now.plusSeconds(60), now.minusSeconds(99)));
    List<JobDefined> shuffled = new ArrayList<>(best);
    java.util.Collections.shuffle(shuffled, new java.util.Random(4));
    shuffled.forEach(said::tell);
    best.forEach(job -> awaitState(job.job(), "defined"));
    List<UUID> got = new ArrayList<>();
    for (int i = 0; i < best.size(); i++) {
      got.add(fleet.pilot().gets().job());
    }
    assertThat(got).isEqualTo(best.stream().map(JobDefined::job).toList());
  }

  private JobDefined job(int priority, @Nullable Instant staleAt, Instant definedAt) {
    return Jobs.job(Ids.next(), fleet.site, "default", priority, staleAt, definedAt, Map.of());
  }

  @Test
  void an_adjusted_priority_counts() {
    JobDefined first = define();
    JobDefined second = define();
    said.tell(new JobAdjusted(second.job(), null, 9, "jane", Jobs.now()));
    await()
        .atMost(LONG)
        .until(
            () ->
                rows("SELECT 1 FROM job WHERE uuid = $1 AND priority = 9", Tuple.of(second.job()))
                    .iterator()
                    .hasNext());
    awaitState(first.job(), "defined");
    assertThat(fleet.pilot().gets().job()).isEqualTo(second.job());
    assertThat(fleet.pilot().gets().job()).isEqualTo(first.job());
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
  void a_closed_poll_claims_nothing() throws Exception {
    Pilot pilot = fleet.pilot();
    URI base = URI.create(Fleet.base());
    String body = "{\"request\": \"" + UUID.randomUUID() + "\"}";
    try (Socket socket = new Socket("127.0.0.1", base.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /api/v1/pilots/%s/next?wait=30s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                  + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
              .formatted(pilot.uuid(), pilot.token(), body.length(), body)
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      awaitParked(1);
    }
    awaitParked(0);
    JobDefined job = define();
    awaitState(job.job(), "defined");
    assertThat(fleet.pilot().gets().job()).isEqualTo(job.job());
    said.awaitStates(job.job(), "DISPATCHED");
  }

  @Test
  void a_poll_whose_wait_is_over_answers_204() {
    assertThat(Fleet.now(fleet.pilot().asks("0.2s")).status()).isEqualTo(204);
    assertThat(Fleet.now(fleet.pilot().asks("soon")).problem()).isEqualTo("/problems/bad-request");
  }

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

  @Test
  void a_limit_of_zero_pauses_a_type_and_explain_says_so() throws Exception {
    String type = "paused-" + UUID.randomUUID();
    String path = "/jobtypes/" + type;
    assertThat(Fleet.put(path, token("viewer"), "{\"limit_running\": 0}").status()).isEqualTo(403);
    assertThat(Fleet.put(path, token("operator"), "{\"limit_running\": 0}").status())
        .isEqualTo(200);
    JobDefined job = Jobs.ofType(fleet.site, type);
    said.tell(job);
    awaitState(job.job(), "defined");
    CompletableFuture<Answer> poll = fleet.pilot().asks("30s");
    awaitParked(1);
    Answer why = Fleet.get("/jobs/" + job.job() + "/explain", token("viewer"));
    assertThat(why.body().path("place").asInt()).isPositive();
    assertThat(why.body().path("expected_start").isNull()).isTrue();
    assertThat(why.body().path("expected_start_reason").asText()).contains("paused");
    assertThat(why.body().path("rules").path(0).path("rule").asText())
        .isEqualTo("under-type-limit");
    List<String> failing = new ArrayList<>();
    why.body()
        .path("rules")
        .forEach(
            rule -> {
              if (!rule.path("passes").asBoolean()) {
                failing.add(rule.path("rule").asText());
              }
            });
    assertThat(failing).containsExactly("under-type-limit");
    assertThat(poll).isNotDone();
    Answer lifted = Fleet.put(path, token("operator"), "{\"limit_running\": null}");
    assertThat(lifted.body().path("limit_running").isNull()).isTrue();
    assertThat(Fleet.now(poll).job()).isEqualTo(job.job());
    assertThat(Fleet.put(path, token("operator"), "{\"limit_running\": -1}").status())
        .isEqualTo(422);
  }

  @Test
  void a_limit_of_one_lets_the_second_start_when_the_first_has_ended() throws Exception {
    String type = "one-" + UUID.randomUUID();
    Fleet.put("/jobtypes/" + type, token("operator"), "{\"limit_running\": 1}");
    Pilot a = fleet.pilot();
    Pilot b = fleet.pilot();
    CompletableFuture<Answer> pollA = a.asks("30s");
    awaitParked(1);
    CompletableFuture<Answer> pollB = b.asks("30s");
    said.tell(Jobs.ofType(fleet.site, type), Jobs.ofType(fleet.site, type));
    CompletableFuture.anyOf(pollA, pollB).get();
    boolean aFirst = pollA.isDone();
    Pilot first = aFirst ? a : b;
    Answer held = Fleet.now(aFirst ? pollA : pollB);
    CompletableFuture<Answer> second = aFirst ? pollB : pollA;
    first.starts(held);
    assertThat(second).isNotDone();
    first.finishes(held, Map.of());
    assertThat(Fleet.now(second).status()).isEqualTo(200);
  }

  @Test
  void labels_decide_who_gets_a_job() {
    JobDefined picky =
        Jobs.job(Ids.next(), fleet.site, "t", 9, null, Jobs.now(), Map.of("gpu", "a100"));
    JobDefined plain = Jobs.at(fleet.site);
    said.tell(picky, plain);
    awaitState(picky.job(), "defined");
    awaitState(plain.job(), "defined");
    assertThat(fleet.pilot().gets().job()).isEqualTo(plain.job());
    Answer fits =
        Fleet.now(
            fleet
                .pilot()
                .asks(
                    "20s",
                    UUID.randomUUID(),
                    Map.of("labels", Map.of("gpu", "a100", "os", "el9"))));
    assertThat(fits.job()).isEqualTo(picky.job());
  }

  @Test
  void another_replica_wakes_this_one() {
    Pilot pilot = fleet.pilot();
    CompletableFuture<Answer> poll = pilot.asks("20s");
    awaitParked(1);
    JobDefined job = define();
    assertThat(Fleet.now(poll).job()).isEqualTo(job.job());
    Pilot other = fleet.pilot();
    CompletableFuture<Answer> waits = other.asks("20s");
    awaitParked(1);
    // As another replica would: back to the queue behind this one's back, and a call.
    rows(
        "UPDATE job SET state = 'defined', lease = NULL, pilot = NULL, slot = NULL WHERE uuid = $1",
        Tuple.of(job.job()));
    rows("SELECT pg_notify('p3s_broker', 'another')", Tuple.tuple());
    assertThat(Fleet.now(waits).job()).isEqualTo(job.job());
  }

  @Test
  void many_pilots_and_jobs_meet_one_to_one() {
    int n = 200;
    List<Pilot> pilots = IntStream.range(0, n).mapToObj(i -> fleet.pilot()).toList();
    List<CompletableFuture<Answer>> polls = new ArrayList<>();
    pilots.subList(0, n / 2).forEach(pilot -> polls.add(pilot.asks("30s")));
    List<JobDefined> jobs = IntStream.range(0, n).mapToObj(i -> Jobs.at(fleet.site)).toList();
    said.tell(jobs.toArray(JobDefined[]::new));
    pilots.subList(n / 2, n).forEach(pilot -> polls.add(pilot.asks("30s")));
    Set<UUID> got = new HashSet<>();
    polls.forEach(poll -> assertThat(got.add(Fleet.now(poll).job())).isTrue());
    assertThat(got).isEqualTo(jobs.stream().map(JobDefined::job).collect(Collectors.toSet()));
  }

  @Test
  void killed_database_connections_lose_nothing() throws Exception {
    JobDefined held = define();
    Pilot holder = fleet.pilot();
    Answer lease = holder.gets();
    CompletableFuture<Answer> poll = fleet.pilot().asks("30s");
    awaitParked(1);
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
  void the_summary_the_lists_and_the_metrics_answer() throws Exception {
    JobDefined job = define();
    awaitState(job.job(), "defined");
    assertThat(Fleet.get("/summary", token("viewer")).body().path("waiting").asInt()).isPositive();
    assertThat(Fleet.get("/jobs?state=defined&limit=1000", token("viewer")).body().toString())
        .contains(job.job().toString());
    assertThat(Fleet.get("/jobs/" + job.job(), token("viewer")).body().path("place").asInt())
        .isPositive();
    assertThat(Fleet.get("/jobs?state=over", token("viewer")).status()).isEqualTo(422);
    assertThat(Fleet.get("/jobs/" + UUID.randomUUID(), token("viewer")).status()).isEqualTo(404);
    assertThat(Fleet.get("/jobtypes", token("viewer")).body().toString()).contains("\"default\"");
    String metrics = Fleet.text("/q/metrics", token("viewer"));
    assertThat(metrics)
        .contains("p3s_jobs_waiting", "p3s_pilots_parked", "p3s_dispatch_latency_seconds_bucket")
        .contains("p3s_jobs_finished_total{outcome=\"pilot-timeout\"");
    assertThat(Fleet.text("/q/openapi", token("viewer")))
        .contains("/api/v1/pilots/{pilot}/next", "/api/v1/leases/{job}/finish");
  }

  @Test
  void the_databases_states_are_those_of_the_enum() {
    assertThat(constraint("job_state")).isEqualTo(texts(JobState.LIVE.stream()));
    assertThat(constraint("job_attempt_state"))
        .isEqualTo(texts(Stream.of(JobState.values()).filter(JobState::isEnd)));
  }

  private static Set<String> texts(Stream<JobState> states) {
    return states.map(JobState::text).collect(Collectors.toSet());
  }

  private Set<String> constraint(String name) {
    Set<String> values = new HashSet<>();
    String sql = "SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE conname = $1";
    for (Row row : rows(sql, Tuple.of(name))) {
      Matcher matcher = Pattern.compile("'([a-z-]+)'").matcher(row.getString("def"));
      while (matcher.find()) {
        values.add(matcher.group(1));
      }
    }
    return values;
  }
}

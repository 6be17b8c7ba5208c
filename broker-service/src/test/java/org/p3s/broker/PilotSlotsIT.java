package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Pilots with several slots, late reports, and the metrics of the queue. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class PilotSlotsIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Inject JobQueue queue;
  @Inject Outbox outbox;
  @Inject Pool pool;
  @Inject PilotTokens tokens;
  @Inject Dispatcher dispatcher;

  private List<JobDefined> define(TestPilots pilots, int n) {
    List<JobDefined> jobs =
        IntStream.range(0, n).mapToObj(i -> JobDefinitions.at(pilots.site)).toList();
    outbox.transact(tx -> queue.define(tx, jobs, FairShare.NONE)).await().atMost(LONG);
    dispatcher.queueChanged();
    return jobs;
  }

  private long held(Pilot pilot) {
    return pool.preparedQuery("SELECT count(*) FROM job WHERE pilot = $1")
        .execute(Tuple.of(pilot.uuid()))
        .await()
        .atMost(LONG)
        .iterator()
        .next()
        .getLong(0);
  }

  private static CompletableFuture<Answer> requestJob(Pilot pilot, int slot) {
    return pilot.requestJob("20s", UUID.randomUUID(), Map.of("slot", slot));
  }

  private static Answer reportAndAskForNext(Pilot pilot, Answer job) {
    Map<String, Object> nextJob = Map.of("request", UUID.randomUUID(), "wait_s", 0);
    return pilot.reportFinish(job, Map.of("next", nextJob));
  }

  @Test
  void each_slot_of_a_pilot_holds_one_job_at_most_and_all_slots_work() {
    TestPilots pilots = new TestPilots(tokens);
    Pilot pilot = pilot(pilots, 2);
    CompletableFuture<Answer> zero = requestJob(pilot, 0);
    CompletableFuture<Answer> one = requestJob(pilot, 1);
    Set<UUID> all = new HashSet<>();
    define(pilots, 6).forEach(job -> all.add(job.job()));
    Answer inZero = TestPilots.now(zero);
    Answer inOne = TestPilots.now(one);
    assertThat(inZero.job()).isNotEqualTo(inOne.job());
    assertThat(held(pilot)).isEqualTo(2);
    assertThat(pilot.reportStart(inZero).status()).isEqualTo(200);
    assertThat(pilot.reportStart(inOne).status()).isEqualTo(200);
    // A slot that asks while it holds a job gets that job again, not the job of the other slot.
    assertThat(TestPilots.now(requestJob(pilot, 0)).job()).isEqualTo(inZero.job());
    assertThat(TestPilots.now(requestJob(pilot, 1)).job()).isEqualTo(inOne.job());
    assertThat(held(pilot)).isEqualTo(2);
    Set<UUID> done = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      Answer nextZero = reportAndAskForNext(pilot, inZero);
      Answer nextOne = reportAndAskForNext(pilot, inOne);
      done.add(inZero.job());
      done.add(inOne.job());
      if (round < 2) {
        assertThat(held(pilot)).isEqualTo(2);
        inZero = new Answer(200, nextZero.body().path("next"));
        inOne = new Answer(200, nextOne.body().path("next"));
      }
    }
    assertThat(done).isEqualTo(all);
    assertThat(held(pilot)).isZero();
  }

  private Pilot pilot(TestPilots pilots, int slots) {
    UUID uuid = Ids.next();
    return new Pilot(uuid, tokens.issue(uuid, pilots.site, slots, LONG).token());
  }

  @Test
  void a_pilot_has_as_many_slots_as_its_token_says() {
    TestPilots pilots = new TestPilots(tokens);
    define(pilots, 3);
    Pilot two = pilot(pilots, 2);
    Answer beyond = TestPilots.now(requestJob(two, 2));
    assertThat(beyond.status()).isEqualTo(422);
    assertThat(beyond.body().path("errors").path(0).path("pointer").asText()).isEqualTo("/slot");
    assertThat(held(two)).isZero();
    assertThat(TestPilots.now(requestJob(two, 1)).status()).isEqualTo(200);
    assertThat(TestPilots.now(requestJob(pilot(pilots, 1), 1)).status()).isEqualTo(422);
  }

  @Test
  void a_report_with_impossible_times_is_accepted() {
    TestPilots pilots = new TestPilots(tokens);
    define(pilots, 1);
    Pilot pilot = pilots.pilot();
    Answer job = pilot.awaitJob();
    assertThat(pilot.reportStart(job).status()).isEqualTo(200);
    Map<String, Object> times =
        Map.of("ts_sta", "1970-01-01T00:00:00Z", "ts_sto", "+1000000000-12-31T23:59:59Z");
    assertThat(pilot.reportFinish(job, times).status()).isEqualTo(200);
  }

  @Test
  void a_report_with_a_file_that_is_null_is_refused() {
    TestPilots pilots = new TestPilots(tokens);
    define(pilots, 1);
    Pilot pilot = pilots.pilot();
    Answer job = pilot.awaitJob();
    List<@Nullable Object> withNull = Arrays.asList((Object) null);
    for (String field : List.of("inputs", "outputs")) {
      assertThat(pilot.reportFinish(job, Map.of(field, withNull)).status()).isEqualTo(422);
    }
    assertThat(pilot.reportFinish(job, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void only_a_repeat_of_the_same_request_extends_the_time_to_confirm() {
    TestPilots pilots = new TestPilots(tokens);
    Pilot pilot = pilots.pilot();
    define(pilots, 1);
    Answer job = pilot.awaitJob();
    OffsetDateTime first = confirmBy(job);
    UUID other = UUID.randomUUID();
    assertThat(TestPilots.now(pilot.requestJob("20s", other, Map.of())).lease())
        .isEqualTo(job.lease());
    assertThat(confirmBy(job)).isEqualTo(first);
    assertThat(TestPilots.now(pilot.requestJob("20s", other, Map.of())).lease())
        .isEqualTo(job.lease());
    assertThat(confirmBy(job)).isAfter(first);
    assertThat(pilot.reportStart(job).status()).isEqualTo(200);
  }

  private OffsetDateTime confirmBy(Answer job) {
    return pool.preparedQuery("SELECT confirm_by FROM job WHERE uuid = $1")
        .execute(Tuple.of(job.job()))
        .await()
        .atMost(LONG)
        .iterator()
        .next()
        .getOffsetDateTime(0);
  }

  @Test
  void the_refusal_of_a_report_with_an_old_lease_says_to_stop_the_payload() {
    TestPilots pilots = new TestPilots(tokens);
    define(pilots, 1);
    Pilot silent = pilots.pilot();
    Answer old = silent.awaitJob();
    Pilot other = pilots.pilot();
    Answer again = other.awaitJob();
    assertThat(again.job()).isEqualTo(old.job());
    for (Answer late :
        List.of(
            silent.reportStart(old), silent.reportFinish(old, Map.of()), silent.checkLease(old))) {
      assertThat(late.status()).isEqualTo(409);
      assertThat(late.problem()).isEqualTo("/problems/lease-lost");
      assertThat(late.body().path("detail").asText()).contains("Stop that payload");
    }
    assertThat(other.reportStart(again).status()).isEqualTo(200);
    assertThat(other.reportFinish(again, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void metrics_have_the_queue_by_type_and_site_and_latencies_as_histograms() throws Exception {
    TestPilots pilots = new TestPilots(tokens);
    Pilot pilot = pilots.pilot();
    define(pilots, 1);
    Answer job = pilot.awaitJob();
    pilot.reportStart(job);
    pilot.reportFinish(job, Map.of());
    // More jobs than other tests leave behind, so that this queue has a line of its own.
    define(pilots, 300);
    String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
    String token = Files.readString(Path.of(dir, "viewer.token")).strip();
    String tags = "{jobtype=\"default\",site=\"" + pilots.site + "\"}";
    await()
        .atMost(LONG)
        .until(
            () ->
                TestPilots.text("/q/metrics", token).contains("p3s_queue_depth" + tags + " 300.0"));
    assertThat(TestPilots.text("/q/metrics", token))
        .contains("p3s_queue_oldest_seconds" + tags, "p3s_queue_wait_expected_seconds" + tags)
        .contains("p3s_dispatch_latency_seconds_bucket{le=", "p3s_start_latency_seconds_bucket{le=")
        .contains("p3s_job_life_seconds_bucket{le=")
        .contains("p3s_jobs_dropped_total{reason=\"stale\"}")
        .contains("p3s_jobs_dropped_total{reason=\"backlog\"}");
  }
}

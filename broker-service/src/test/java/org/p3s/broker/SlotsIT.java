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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Pilots with several slots, reports that come too late, and the queue in numbers. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class SlotsIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Inject QueueStore queue;
  @Inject Outbox outbox;
  @Inject Pool pool;
  @Inject PilotTokens tokens;
  @Inject Dispatcher dispatcher;

  private List<JobDefined> define(Fleet fleet, int n) {
    List<JobDefined> jobs = IntStream.range(0, n).mapToObj(i -> Jobs.at(fleet.site)).toList();
    outbox.transact(tx -> queue.define(tx, jobs, FairShare.NONE)).await().atMost(LONG);
    dispatcher.changed();
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

  private static CompletableFuture<Answer> asks(Pilot pilot, int slot) {
    return pilot.asks("20s", UUID.randomUUID(), Map.of("slot", slot));
  }

  private static Answer reports(Pilot pilot, Answer job) {
    Map<String, Object> wish = Map.of("request", UUID.randomUUID(), "wait_s", 0);
    return pilot.finishes(job, Map.of("next", wish));
  }

  @Test
  void each_slot_of_a_pilot_holds_one_job_at_most_and_all_slots_work() {
    Fleet fleet = new Fleet(tokens);
    Pilot pilot = pilot(fleet, 2);
    CompletableFuture<Answer> zero = asks(pilot, 0);
    CompletableFuture<Answer> one = asks(pilot, 1);
    Set<UUID> all = new HashSet<>();
    define(fleet, 6).forEach(job -> all.add(job.job()));
    Answer inZero = Fleet.now(zero);
    Answer inOne = Fleet.now(one);
    assertThat(inZero.job()).isNotEqualTo(inOne.job());
    assertThat(held(pilot)).isEqualTo(2);
    assertThat(pilot.starts(inZero).status()).isEqualTo(200);
    assertThat(pilot.starts(inOne).status()).isEqualTo(200);
    // A slot that asks while it holds a job gets that job, and the other slot's is left alone.
    assertThat(Fleet.now(asks(pilot, 0)).job()).isEqualTo(inZero.job());
    assertThat(Fleet.now(asks(pilot, 1)).job()).isEqualTo(inOne.job());
    assertThat(held(pilot)).isEqualTo(2);
    Set<UUID> done = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      Answer nextZero = reports(pilot, inZero);
      Answer nextOne = reports(pilot, inOne);
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

  private Pilot pilot(Fleet fleet, int slots) {
    UUID uuid = Ids.next();
    return new Pilot(uuid, tokens.issue(uuid, fleet.site, slots, LONG).token());
  }

  @Test
  void a_pilot_has_the_slots_that_its_token_says() {
    Fleet fleet = new Fleet(tokens);
    define(fleet, 3);
    Pilot two = pilot(fleet, 2);
    Answer beyond = Fleet.now(asks(two, 2));
    assertThat(beyond.status()).isEqualTo(422);
    assertThat(beyond.body().path("errors").path(0).path("pointer").asText()).isEqualTo("/slot");
    assertThat(held(two)).isZero();
    assertThat(Fleet.now(asks(two, 1)).status()).isEqualTo(200);
    assertThat(Fleet.now(asks(pilot(fleet, 1), 1)).status()).isEqualTo(422);
  }

  @Test
  void a_report_with_times_that_no_clock_shows_is_an_end_like_any_other() {
    Fleet fleet = new Fleet(tokens);
    define(fleet, 1);
    Pilot pilot = fleet.pilot();
    Answer job = pilot.gets();
    assertThat(pilot.starts(job).status()).isEqualTo(200);
    Map<String, Object> times =
        Map.of("ts_sta", "1970-01-01T00:00:00Z", "ts_sto", "+1000000000-12-31T23:59:59Z");
    assertThat(pilot.finishes(job, times).status()).isEqualTo(200);
  }

  @Test
  void a_report_with_an_output_that_is_null_is_refused() {
    Fleet fleet = new Fleet(tokens);
    define(fleet, 1);
    Pilot pilot = fleet.pilot();
    Answer job = pilot.gets();
    Map<String, Object> nothing = Map.of("outputs", java.util.Arrays.asList((Object) null));
    assertThat(pilot.finishes(job, nothing).status()).isEqualTo(422);
    assertThat(pilot.finishes(job, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void only_the_same_request_puts_off_the_time_to_confirm() {
    Fleet fleet = new Fleet(tokens);
    Pilot pilot = fleet.pilot();
    define(fleet, 1);
    Answer job = pilot.gets();
    OffsetDateTime first = confirmBy(job);
    UUID other = UUID.randomUUID();
    assertThat(Fleet.now(pilot.asks("20s", other, Map.of())).lease()).isEqualTo(job.lease());
    assertThat(confirmBy(job)).isEqualTo(first);
    assertThat(Fleet.now(pilot.asks("20s", other, Map.of())).lease()).isEqualTo(job.lease());
    assertThat(confirmBy(job)).isAfter(first);
    assertThat(pilot.starts(job).status()).isEqualTo(200);
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
  void a_late_report_with_an_old_number_is_told_to_stop_that_payload() {
    Fleet fleet = new Fleet(tokens);
    define(fleet, 1);
    Pilot silent = fleet.pilot();
    Answer old = silent.gets();
    Pilot other = fleet.pilot();
    Answer again = other.gets();
    assertThat(again.job()).isEqualTo(old.job());
    for (Answer late :
        List.of(silent.starts(old), silent.finishes(old, Map.of()), silent.looks(old))) {
      assertThat(late.status()).isEqualTo(409);
      assertThat(late.problem()).isEqualTo("/problems/lease-lost");
      assertThat(late.body().path("detail").asText()).contains("Stop that payload");
    }
    assertThat(other.starts(again).status()).isEqualTo(200);
    assertThat(other.finishes(again, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void the_queue_is_shown_by_type_and_site_and_latencies_as_histograms() throws Exception {
    Fleet fleet = new Fleet(tokens);
    Pilot pilot = fleet.pilot();
    define(fleet, 1);
    Answer job = pilot.gets();
    pilot.starts(job);
    pilot.finishes(job, Map.of());
    // Deeper than what other tests leave behind, to be among the lines that are told apart.
    define(fleet, 300);
    String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
    String token = Files.readString(Path.of(dir, "viewer.token")).strip();
    String tags = "{jobtype=\"default\",site=\"" + fleet.site + "\"}";
    await()
        .atMost(LONG)
        .until(() -> Fleet.text("/q/metrics", token).contains("p3s_queue_depth" + tags + " 300.0"));
    assertThat(Fleet.text("/q/metrics", token))
        .contains("p3s_queue_oldest_seconds" + tags, "p3s_queue_wait_expected_seconds" + tags)
        .contains("p3s_dispatch_latency_seconds_bucket{le=", "p3s_start_latency_seconds_bucket{le=")
        .contains("p3s_job_life_seconds_bucket{le=")
        .contains("p3s_jobs_dropped_total{reason=\"stale\"}")
        .contains("p3s_jobs_dropped_total{reason=\"backlog\"}");
  }
}

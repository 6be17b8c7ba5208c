package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.RunTimeEstimate;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Latest starts: which jobs can still end by their deadlines, and which are dropped. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class DeadlineIT extends BrokerTestBase {

  @Inject RunTimeStore runTimes;
  @Inject Outbox outbox;

  private final String type = "deadline-" + UUID.randomUUID();

  /** Learns that all jobs of the type take so long; the needed time is then 1.1 times as long. */
  private void learn(String site, double seconds) {
    int n = RunTimeEstimate.ENOUGH_SAMPLES;
    RunTimeSample sample = new RunTimeSample(type, site, n, n * seconds, n * seconds * seconds);
    outbox.transact(tx -> runTimes.learn(tx, List.of(sample))).await().atMost(LONG);
  }

  private JobDefined define(@Nullable String site, Instant deadline, long timelimit) {
    JobDefined job =
        JobDefinitions.builder(site, type).staleAt(deadline).timelimit(timelimit).build();
    events.send(job);
    awaitState(job.job(), "defined");
    return job;
  }

  private Instant startBy(JobDefined job) {
    return rows("SELECT start_by FROM job WHERE uuid = $1", Tuple.of(job.job()))
        .iterator()
        .next()
        .getOffsetDateTime(0)
        .toInstant();
  }

  @Test
  void the_latest_start_comes_from_the_run_times_learned_at_the_site() {
    Instant deadline = JobDefinitions.now().plusSeconds(600);
    assertThat(startBy(define(pilots.site, deadline, 1000))).isEqualTo(deadline);
    learn(RunTimeEstimates.ANY_SITE, 100);
    assertThat(startBy(define(pilots.site, deadline, 1000))).isEqualTo(deadline.minusSeconds(110));
    learn(pilots.site, 10);
    assertThat(startBy(define(pilots.site, deadline, 1000))).isEqualTo(deadline.minusSeconds(11));
    assertThat(startBy(define("elsewhere-" + pilots.site, deadline, 50)))
        .as("never longer than its time limit")
        .isEqualTo(deadline.minusSeconds(50));
  }

  @Test
  void a_job_that_can_not_end_by_its_deadline_any_more_is_dropped() throws Exception {
    learn(pilots.site, 100);
    JobDefined late = define(pilots.site, JobDefinitions.now().plusSeconds(112), 1000);
    JsonNode rules =
        TestPilots.get("/jobs/" + late.job() + "/explain", TestPilots.token("viewer"))
            .body()
            .path("rules");
    assertThat(rules.toString()).contains("it has to start by");
    assertThat(events.end(late.job()).state()).isEqualTo(JobEnd.DROPPED);
    assertThat(events.end(late.job()).reason()).isEqualTo("stale");
    assertThat(late.staleAt()).isAfter(Instant.now());
  }

  @Test
  void a_job_that_takes_longer_than_its_deadline_may_start_until_then() {
    learn(pilots.site, 100);
    JobDefined hopeless = define(pilots.site, JobDefinitions.now().plusSeconds(60), 1000);
    assertThat(startBy(hopeless)).isEqualTo(hopeless.staleAt());
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(hopeless.job());
  }

  @Test
  void the_job_with_the_earliest_latest_start_goes_first() {
    learn(pilots.site, 100);
    JobDefined soon = define(pilots.site, JobDefinitions.now().plusSeconds(500), 10);
    JobDefined sooner = define(pilots.site, JobDefinitions.now().plusSeconds(550), 1000);
    await().atMost(LONG).until(() -> startBy(sooner).isBefore(startBy(soon)));
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(sooner.job());
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(soon.job());
  }
}

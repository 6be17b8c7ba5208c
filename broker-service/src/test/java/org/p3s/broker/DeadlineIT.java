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
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.RunTime;
import org.p3s.broker.domain.RunTimes;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** What is started in time to end by its deadline, and what is not started any more. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class DeadlineIT extends Stage {

  @Inject RunTimeStore runTimes;
  @Inject Outbox outbox;

  private final String type = "deadline-" + UUID.randomUUID();

  /** Jobs of the type take that long to the second: a need of 1.1 times as much. */
  private void take(String site, double seconds) {
    int n = RunTime.ENOUGH;
    RunTime.Sample sample = new RunTime.Sample(type, site, n, n * seconds, n * seconds * seconds);
    outbox.transact(tx -> runTimes.learn(tx, List.of(sample))).await().atMost(LONG);
  }

  private JobDefined define(@Nullable String site, Instant deadline, long timelimit) {
    JobDefined job =
        Jobs.job(
            Ids.next(), site, type, 0, deadline, Jobs.now(), Map.of(), null, timelimit, "jane");
    said.tell(job);
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
  void what_was_learned_at_its_site_says_how_late_a_job_may_start() {
    Instant deadline = Jobs.now().plusSeconds(600);
    assertThat(startBy(define(fleet.site, deadline, 1000))).isEqualTo(deadline);
    take(RunTimes.ANYWHERE, 100);
    assertThat(startBy(define(fleet.site, deadline, 1000))).isEqualTo(deadline.minusSeconds(110));
    take(fleet.site, 10);
    assertThat(startBy(define(fleet.site, deadline, 1000))).isEqualTo(deadline.minusSeconds(11));
    assertThat(startBy(define("elsewhere-" + fleet.site, deadline, 50)))
        .as("never longer than its time limit")
        .isEqualTo(deadline.minusSeconds(50));
  }

  @Test
  void a_job_that_could_not_end_by_its_deadline_any_more_is_dropped_and_not_started()
      throws Exception {
    take(fleet.site, 100);
    JobDefined late = define(fleet.site, Jobs.now().plusSeconds(112), 1000);
    JsonNode rules =
        Fleet.get("/jobs/" + late.job() + "/explain", Fleet.token("viewer")).body().path("rules");
    assertThat(rules.toString()).contains("it has to start by");
    assertThat(said.end(late.job()).state()).isEqualTo(JobEnd.DROPPED);
    assertThat(said.end(late.job()).reason()).isEqualTo("stale");
    assertThat(late.staleAt()).isAfter(Instant.now());
  }

  @Test
  void a_job_that_never_could_end_by_its_deadline_may_start_until_then() {
    take(fleet.site, 100);
    JobDefined hopeless = define(fleet.site, Jobs.now().plusSeconds(60), 1000);
    assertThat(startBy(hopeless)).isEqualTo(hopeless.staleAt());
    assertThat(fleet.pilot().gets().job()).isEqualTo(hopeless.job());
  }

  @Test
  void who_has_to_start_first_goes_first() {
    take(fleet.site, 100);
    JobDefined soon = define(fleet.site, Jobs.now().plusSeconds(500), 10);
    JobDefined sooner = define(fleet.site, Jobs.now().plusSeconds(550), 1000);
    await().atMost(LONG).until(() -> startBy(sooner).isBefore(startBy(soon)));
    assertThat(fleet.pilot().gets().job()).isEqualTo(sooner.job());
    assertThat(fleet.pilot().gets().job()).isEqualTo(soon.job());
  }
}

package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.Wire.Answer;
import org.p3s.workflow.app.JobEventHandler;

/** Progress and ends come from two topics and meet in the same jobs, in any order. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class ConcurrentJobEventsIT {

  private static final int JOBS = 400;
  private static final int ROUNDS = 12;

  @Inject JobEventHandler reports;

  private static List<UUID> submit() {
    Answer made = Wire.post("/jobs?replicas=" + JOBS, "{\"payload\":\"true\"}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuids();
  }

  private static JobFinished ends(UUID job) {
    return new JobFinished(
        job,
        null,
        null,
        "default",
        JobEnd.FINISHED,
        1,
        7,
        0,
        null,
        null,
        UUID.randomUUID(),
        "here",
        "h",
        4L,
        "/w",
        null,
        null,
        Instant.now(),
        0.1,
        10L,
        List.of(),
        List.of(),
        "",
        "");
  }

  private static <E> List<E> shuffled(List<UUID> jobs, Random random, Function<UUID, E> event) {
    List<UUID> order = new ArrayList<>(jobs);
    Collections.shuffle(order, random);
    return order.stream().map(event).toList();
  }

  @Test
  void batches_that_meet_in_the_same_jobs_wait_for_each_other_in_one_order() {
    Random random = new Random(4);
    for (int round = 0; round < ROUNDS; round++) {
      List<UUID> jobs = submit();
      // A deadlock would fail one of them.
      Uni.join()
          .all(
              reports.progressed(shuffled(jobs, random, job -> Wire.runs(job, "here"))),
              reports.ended(shuffled(jobs, random, ConcurrentJobEventsIT::ends)),
              reports.progressed(shuffled(jobs, random, job -> Wire.runs(job, "here"))))
          .andFailFast()
          .await()
          .atMost(Wire.LONG);
      assertThat(Wire.get("/jobs/" + jobs.get(0)).json().path("state").asText())
          .isEqualTo("finished");
    }
  }
}

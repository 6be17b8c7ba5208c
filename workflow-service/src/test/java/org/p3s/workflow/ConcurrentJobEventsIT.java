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
import org.p3s.contracts.JobFinishedBuilder;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;
import org.p3s.workflow.app.JobEventHandler;

/** Events about the progress and the ends of the same jobs are handled at the same time. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class ConcurrentJobEventsIT {

  private static final int JOBS = 400;
  private static final int ROUNDS = 12;

  @Inject JobEventHandler handler;

  private static List<UUID> submit() {
    Answer made = WorkflowApi.post("/jobs?replicas=" + JOBS, "{\"payload\":\"true\"}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuids();
  }

  private static JobFinished ended(UUID job) {
    return JobFinishedBuilder.builder()
        .job(job)
        .jobtype("default")
        .state(JobEnd.FINISHED)
        .attempt(1)
        .lease(7)
        .errcode(0)
        .pilot(UUID.randomUUID())
        .site("here")
        .host("h")
        .pid(4L)
        .hostWorkdir("/w")
        .tsSto(Instant.now())
        .cpuS(0.1)
        .maxRssKib(10L)
        .stdout("")
        .stderr("")
        .build();
  }

  private static <E> List<E> shuffled(List<UUID> jobs, Random random, Function<UUID, E> event) {
    List<UUID> order = new ArrayList<>(jobs);
    Collections.shuffle(order, random);
    return order.stream().map(event).toList();
  }

  @Test
  void batches_about_the_same_jobs_do_not_deadlock() {
    Random random = new Random(4);
    for (int round = 0; round < ROUNDS; round++) {
      List<UUID> jobs = submit();
      // PostgreSQL makes one of two deadlocked transactions fail.
      Uni.join()
          .all(
              handler.jobsProgressed(
                  shuffled(jobs, random, job -> BrokerEvents.jobRunning(job, "here"))),
              handler.attemptsEnded(shuffled(jobs, random, ConcurrentJobEventsIT::ended)),
              handler.jobsProgressed(
                  shuffled(jobs, random, job -> BrokerEvents.jobRunning(job, "here"))))
          .andFailFast()
          .await()
          .atMost(ServiceEvents.TIMEOUT);
      assertThat(WorkflowApi.get("/jobs/" + jobs.get(0)).json().path("state").asText())
          .isEqualTo("finished");
    }
  }
}

package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.app.PilotEndHandler;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** A pilot that got no job with its finish report causes no further claim, and misses no job. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class NoMatchCacheIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  /**
   * The wait is shorter than the period of the sweep, which would find a job that was missed. As
   * the sweep may run just then by chance, the test is repeated.
   */
  private static final String SHORT = "1s";

  private static final int TIMES = 5;

  @Inject JobQueue queue;
  @Inject Outbox outbox;
  @Inject PilotTokens tokens;
  @Inject PilotEndHandler pilotEnds;
  @Inject Dispatcher dispatcher;

  private TestPilots pilots;

  @BeforeEach
  void createPilots() {
    pilots = new TestPilots(tokens);
  }

  private JobDefined define() {
    JobDefined job = JobDefinitions.at(pilots.site);
    outbox.transact(tx -> queue.define(tx, List.of(job), FairShare.NONE)).await().atMost(LONG);
    dispatcher.queueChanged();
    return job;
  }

  /** A pilot that has ended its job and got no next job with that. */
  private Pilot pilotWithoutNextJob() {
    define();
    Pilot pilot = pilots.pilot();
    Answer job = pilot.awaitJob();
    Map<String, Object> nextJob = Map.of("request", UUID.randomUUID(), "wait_s", 0);
    Answer end = pilot.reportFinish(job, Map.of("next", nextJob));
    assertThat(end.status()).isEqualTo(200);
    assertThat(end.body().path("next").isNull()).isTrue();
    return pilot;
  }

  private static Answer requestJob(Pilot pilot) {
    return TestPilots.now(pilot.requestJob(SHORT, UUID.randomUUID(), Map.of()));
  }

  @RepeatedTest(TIMES)
  void a_job_that_is_queued_after_a_pilot_got_none_is_there_when_it_asks() {
    Pilot pilot = pilotWithoutNextJob();
    JobDefined job = define();
    Answer answer = requestJob(pilot);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.job()).isEqualTo(job.job());
  }

  @Test
  void a_job_that_is_queued_while_the_pilot_waits_comes_at_once() {
    Pilot pilot = pilotWithoutNextJob();
    var poll = pilot.requestJob("20s", UUID.randomUUID(), Map.of());
    JobDefined job = define();
    assertThat(TestPilots.now(poll).job()).isEqualTo(job.job());
  }

  @Test
  void a_pilot_that_lost_the_answer_gets_it_again() {
    Pilot pilot = pilotWithoutNextJob();
    JobDefined job = define();
    Answer lost = requestJob(pilot);
    assertThat(lost.job()).isEqualTo(job.job());
    assertThat(requestJob(pilot).lease()).isEqualTo(lost.lease());
  }

  @RepeatedTest(TIMES)
  void a_pilot_that_ended_after_it_got_no_job_is_refused_when_it_asks() {
    Pilot pilot = pilotWithoutNextJob();
    PilotHeartbeat end = pilots.end(pilot, "timeout", "TO");
    pilotEnds.handle(List.of(end)).await().atMost(LONG);
    assertThat(requestJob(pilot).status()).isEqualTo(410);
  }
}

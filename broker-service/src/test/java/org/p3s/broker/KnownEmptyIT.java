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
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.PilotEnds;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/**
 * A pilot that was told there is nothing does not make the broker look again, and misses nothing.
 */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class KnownEmptyIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  /**
   * Shorter than the sweep's period, which would find what was missed, and often enough that it
   * can't be there each time.
   */
  private static final String SHORT = "1s";

  private static final int TIMES = 5;

  @Inject QueueStore queue;
  @Inject Outbox outbox;
  @Inject PilotTokens tokens;
  @Inject PilotEnds ends;
  @Inject Dispatcher dispatcher;

  private Fleet fleet;

  @BeforeEach
  void aFleet() {
    fleet = new Fleet(tokens);
  }

  private JobDefined define() {
    JobDefined job = Jobs.at(fleet.site);
    outbox.transact(tx -> queue.define(tx, List.of(job), FairShare.NONE)).await().atMost(LONG);
    dispatcher.changed();
    return job;
  }

  /** A pilot that has ended its job and was told that there is no other. */
  private Pilot told() {
    define();
    Pilot pilot = fleet.pilot();
    Answer job = pilot.gets();
    Map<String, Object> wish = Map.of("request", UUID.randomUUID(), "wait_s", 0);
    Answer end = pilot.finishes(job, Map.of("next", wish));
    assertThat(end.status()).isEqualTo(200);
    assertThat(end.body().path("next").isNull()).isTrue();
    return pilot;
  }

  private static Answer asks(Pilot pilot) {
    return Fleet.now(pilot.asks(SHORT, UUID.randomUUID(), Map.of()));
  }

  @RepeatedTest(TIMES)
  void what_is_queued_after_a_pilot_was_told_is_there_when_it_asks() {
    Pilot pilot = told();
    JobDefined job = define();
    Answer answer = asks(pilot);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.job()).isEqualTo(job.job());
  }

  @Test
  void what_is_queued_while_it_asks_comes_at_once() {
    Pilot pilot = told();
    var poll = pilot.asks("20s", UUID.randomUUID(), Map.of());
    JobDefined job = define();
    assertThat(Fleet.now(poll).job()).isEqualTo(job.job());
  }

  @Test
  void an_answer_that_was_lost_is_given_again() {
    Pilot pilot = told();
    JobDefined job = define();
    Answer lost = asks(pilot);
    assertThat(lost.job()).isEqualTo(job.job());
    assertThat(asks(pilot).lease()).isEqualTo(lost.lease());
  }

  @RepeatedTest(TIMES)
  void a_pilot_that_ended_after_it_was_told_hears_that_when_it_asks() {
    Pilot pilot = told();
    PilotHeartbeat end =
        new PilotHeartbeat(
            pilot.uuid(),
            PilotHeartbeat.Kind.END,
            fleet.site,
            "h",
            1,
            "timeout",
            "lost",
            1,
            List.of(),
            0,
            null,
            null,
            Jobs.now(),
            Jobs.now());
    ends.take(List.of(end)).await().atMost(LONG);
    assertThat(asks(pilot).status()).isEqualTo(410);
  }
}

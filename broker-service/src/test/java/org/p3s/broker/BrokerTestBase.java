package org.p3s.broker;

import static org.awaitility.Awaitility.await;

import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.p3s.broker.app.Dispatcher;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.pilotidentity.PilotTokens;

/** Common parts of tests of the running broker: a site for each test, its pilots and the events. */
abstract class BrokerTestBase {

  static final Duration LONG = Duration.ofSeconds(30);

  static KafkaEvents events;

  @Inject PilotTokens tokens;
  @Inject Pool pool;
  @Inject Dispatcher dispatcher;

  TestPilots pilots;

  @BeforeAll
  static void consumeEvents() {
    events = new KafkaEvents();
  }

  @AfterAll
  static void stopConsuming() throws InterruptedException {
    events.close();
  }

  @BeforeEach
  void createPilots() {
    pilots = new TestPilots(tokens);
  }

  JobDefined define() {
    JobDefined job = JobDefinitions.at(pilots.site);
    events.send(job);
    return job;
  }

  JobDefined job(int priority, @Nullable Instant staleAt, Instant definedAt) {
    return JobDefinitions.job(
        Ids.next(), pilots.site, "default", priority, staleAt, definedAt, Map.of());
  }

  void awaitState(UUID job, String state) {
    await().atMost(LONG).until(() -> state(job).equals(state));
  }

  String state(UUID job) {
    for (Row row : rows("SELECT state FROM job WHERE uuid = $1", Tuple.of(job))) {
      return row.getString("state");
    }
    return "none";
  }

  Iterable<Row> rows(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters).await().atMost(LONG);
  }

  /** Waits until a poll of this test is pending, or none is. */
  void awaitPendingPoll(boolean pending) {
    await()
        .atMost(LONG)
        .until(
            () ->
                pending
                    == dispatcher.waitingKinds().stream()
                        .anyMatch(kind -> kind.site().equals(pilots.site)));
  }
}

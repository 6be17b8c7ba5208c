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

/** What tests of the running broker share: a site of their own, its pilots and its events. */
abstract class Stage {

  static final Duration LONG = Duration.ofSeconds(30);

  static Said said;

  @Inject PilotTokens tokens;
  @Inject Pool pool;
  @Inject Dispatcher dispatcher;

  Fleet fleet;

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

  JobDefined define() {
    JobDefined job = Jobs.at(fleet.site);
    said.tell(job);
    return job;
  }

  JobDefined job(int priority, @Nullable Instant staleAt, Instant definedAt) {
    return Jobs.job(Ids.next(), fleet.site, "default", priority, staleAt, definedAt, Map.of());
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

  void awaitParked(boolean somebody) {
    await()
        .atMost(LONG)
        .until(
            () ->
                somebody
                    == dispatcher.kinds().stream()
                        .anyMatch(kind -> kind.site().equals(fleet.site)));
  }
}

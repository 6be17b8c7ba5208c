package org.p3s.pilots;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.pilots.app.PilotSelection;
import org.p3s.pilots.app.PilotStore;
import org.p3s.pilots.domain.HeartbeatTransition;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotCommand;
import org.p3s.pilots.domain.PilotState;
import org.p3s.pilots.domain.PilotStatus;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The SQL statements change states as the enum says, for every pair of states. */
@QuarkusTest
@TestProfile(TimersOff.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class PilotTransitionIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  // No end time, also in the end states: the statements must refuse by the state alone.
  private static final String INSERT =
      """
      INSERT INTO pilot (uuid, site, host, pid, state, status, slots, beat_s, ts_cre, ts_reg, ts_lhb)
      VALUES ($1, 'pairs', 'h', 1, $2, 'OK', 1, 3600, now(), now(), now())
      """;

  /** From one state to another. */
  private record Pair(PilotState from, PilotState to) {}

  @Inject Pool pool;
  @Inject PilotStore store;
  @Inject Outbox outbox;

  @AfterEach
  void remove_the_pilots() {
    pool.query("DELETE FROM pilot WHERE site = 'pairs'").execute().await().atMost(LIMIT);
  }

  private Map<UUID, Pair> insertPilotsInEveryState(List<PilotState> targets) {
    Map<UUID, Pair> pairs = new LinkedHashMap<>();
    for (PilotState from : PilotState.values()) {
      for (PilotState to : targets) {
        UUID uuid = Ids.next();
        pairs.put(uuid, new Pair(from, to));
        pool.preparedQuery(INSERT).execute(Tuple.of(uuid, from.text())).await().atMost(LIMIT);
      }
    }
    return pairs;
  }

  private PilotState stored(UUID pilot) {
    return store
        .list(PilotSelection.of(pilot), null, 1)
        .map(found -> found.get(0).state())
        .await()
        .atMost(LIMIT);
  }

  @Test
  void a_heartbeat_changes_the_state_as_the_domain_decides() {
    Map<UUID, Pair> pairs = insertPilotsInEveryState(List.of(PilotState.values()));
    List<PilotStore.Heartbeat> batch =
        pairs.entrySet().stream()
            .map(
                e ->
                    new PilotStore.Heartbeat(
                        e.getKey(), e.getValue().to(), List.of(), 1, Instant.now()))
            .toList();
    Map<UUID, Pilot> answers = store.storeHeartbeats(batch).await().atMost(LIMIT);
    pairs.forEach(
        (uuid, pair) -> {
          PilotState expected = HeartbeatTransition.after(pair.from(), pair.to());
          assertThat(stored(uuid)).as("%s", pair).isEqualTo(expected);
          assertThat(answers)
              .hasEntrySatisfying(
                  uuid, answer -> assertThat(answer.state()).as("%s", pair).isEqualTo(expected));
        });
  }

  @Test
  void a_pilot_ends_only_from_a_state_that_an_end_may_follow() {
    for (PilotState end : List.of(PilotState.STOPPED, PilotState.TIMEOUT)) {
      Map<UUID, Pair> pairs = insertPilotsInEveryState(List.of(end));
      List<UUID> ended =
          outbox
              .transact(
                  tx ->
                      store.end(
                          tx,
                          pairs.keySet().stream()
                              .map(uuid -> new PilotStore.PilotToEnd(uuid, null))
                              .toList(),
                          new PilotStore.End(end, PilotStatus.OK, "test"),
                          Instant.now()))
              .map(pilots -> pilots.stream().map(Pilot::uuid).toList())
              .await()
              .atMost(LIMIT);
      pairs.forEach(
          (uuid, pair) -> {
            boolean allowed = pair.from().successors().contains(end);
            assertThat(ended.contains(uuid)).as("%s", pair).isEqualTo(allowed);
            assertThat(stored(uuid)).as("%s", pair).isEqualTo(allowed ? end : pair.from());
          });
    }
  }

  @Test
  void the_command_to_drain_changes_the_state_where_draining_may_follow() {
    Map<UUID, Pair> pairs = insertPilotsInEveryState(List.of(PilotState.DRAINING));
    PilotSelection all = new PilotSelection(List.copyOf(pairs.keySet()), null, null, null);
    outbox.transact(tx -> store.command(tx, all, PilotCommand.DRAIN)).await().atMost(LIMIT);
    pairs.forEach(
        (uuid, pair) -> {
          boolean allowed = pair.from().successors().contains(PilotState.DRAINING);
          assertThat(stored(uuid))
              .as("%s", pair)
              .isEqualTo(allowed ? PilotState.DRAINING : pair.from());
        });
  }
}

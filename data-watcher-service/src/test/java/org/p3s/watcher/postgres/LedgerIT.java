package org.p3s.watcher.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.watcher.TestWatches.watch;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.p3s.contracts.Event;
import org.p3s.contracts.Ids;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.contracts.WorkflowFinishedBuilder;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.watcher.app.FileLedger;
import org.p3s.watcher.app.FileOutcomeRecorder;
import org.p3s.watcher.domain.FileRecord;
import org.p3s.watcher.domain.FileRecordBuilder;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.RunNumber;
import org.p3s.watcher.domain.Watch;

/** The ledger keeps its rules when several replicas or transactions change the same file. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "watcher"))
class LedgerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @Inject Pool pool;
  @Inject Outbox outbox;
  @Inject FileLedger ledger;
  @Inject FileOutcomeRecorder recorder;

  private final Watch watch = watch().name("w" + UUID.randomUUID()).dags(List.of("a", "b")).build();

  private FileRecord file(String name, FileState state) {
    return FileRecordBuilder.builder()
        .uuid(Ids.next())
        .path("/data/" + name)
        .directory("/data")
        .name(name)
        .size(1)
        .mtime(NOW)
        .state(state)
        .run(new RunNumber(null, null))
        .firstSeen(NOW)
        .completeAt(NOW)
        .build();
  }

  private List<FileRecord> save(FileRecord file) {
    return outbox.transact(tx -> ledger.save(tx, watch, List.of(file))).await().atMost(LIMIT);
  }

  private void setState(FileState state) {
    pool.preparedQuery("UPDATE file SET state = $2 WHERE watch = $1")
        .execute(Tuple.of(watch.name(), state.text()))
        .await()
        .atMost(LIMIT);
  }

  private FileState state(FileRecord file) {
    return pool.preparedQuery("SELECT state FROM file WHERE uuid = $1")
        .execute(Tuple.of(file.uuid()))
        .map(rows -> FileState.of(rows.iterator().next().getString(0)).orElseThrow())
        .await()
        .atMost(LIMIT);
  }

  @Test
  void a_file_that_is_seen_twice_keeps_its_id_and_can_arrive() {
    FileRecord first = file("a.raw", FileState.SEEN);
    save(first);
    assertThat(save(file("a.raw", FileState.SEEN)))
        .extracting(FileRecord::uuid)
        .containsExactly(first.uuid());
    assertThat(save(file("a.raw", FileState.ARRIVED)))
        .extracting(FileRecord::uuid)
        .containsExactly(first.uuid());
  }

  @ParameterizedTest
  @EnumSource(names = "SEEN", mode = EnumSource.Mode.EXCLUDE)
  void a_file_that_is_decided_does_not_arrive_again(FileState state) {
    FileRecord first = file("a.raw", FileState.SEEN);
    save(first);
    setState(state);
    assertThat(save(file("a.raw", FileState.SEEN))).isEmpty();
    assertThat(save(file("a.raw", FileState.ARRIVED))).isEmpty();
    assertThat(state(first)).isEqualTo(state);
  }

  @Test
  void two_workflows_of_a_file_that_finish_at_the_same_time_make_it_processed() {
    for (int i = 0; i < 30; i++) {
      FileRecord file = file("f" + i, FileState.ARRIVED);
      save(file);
      Uni<Void> a = recorder.record(List.of(finished(file, "a")));
      Uni<Void> b = recorder.record(List.of(finished(file, "b")));
      Uni.join().all(a, b).andFailFast().await().atMost(LIMIT);
      assertThat(state(file)).isEqualTo(FileState.PROCESSED);
    }
  }

  private Event finished(FileRecord file, String dag) {
    return WorkflowFinishedBuilder.builder()
        .wfuuid(Ids.next())
        .name("w")
        .dag(dag)
        .dagVersion(1)
        .state(WorkflowFinished.State.FINISHED)
        .nvertices(1)
        .ndone(1)
        .file(file.uuid())
        .watch(watch.name())
        .path(file.path())
        .tsDef(NOW)
        .tsSto(NOW)
        .build();
  }
}

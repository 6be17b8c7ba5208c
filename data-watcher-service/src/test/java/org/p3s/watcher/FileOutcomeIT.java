package org.p3s.watcher;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsInAnyOrder;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Event;
import org.p3s.contracts.Ids;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowDefinedBuilder;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.contracts.WorkflowFinishedBuilder;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.watcher.app.FileOutcomeRecorder;

/** The outcome of files when their workflows end. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "watcher"))
class FileOutcomeIT extends WatchTestBase {

  @Inject FileOutcomeRecorder recorder;

  @Test
  void a_file_is_processed_and_moved_when_its_workflow_finished() throws Exception {
    Path archive = Files.createDirectory(dir.resolve("archive"));
    add(", \"pattern\": \"*.raw\", \"quiet_period\": \"0s\", \"after\": \"move\", \"move_to\": \"%s\""
            .formatted(archive))
        .then()
        .statusCode(201);
    Path good = drop("good.raw");
    Path bad = drop("bad.raw");
    await().atMost(LONG).until(() -> files("arrived").size() == 2);
    end(good, WorkflowFinished.State.FINISHED);
    end(bad, WorkflowFinished.State.FAILED);
    end(good, WorkflowFinished.State.FINISHED);
    assertThat(files("processed")).containsExactly("good.raw");
    assertThat(files("failed")).containsExactly("bad.raw");
    runner.reload();
    await().atMost(LONG).until(() -> Files.exists(archive.resolve("good.raw")));
    assertThat(bad).exists();
  }

  @Test
  void a_rerun_that_finishes_makes_a_failed_file_processed_in_any_order_of_events()
      throws Exception {
    Path archive = Files.createDirectory(dir.resolve("archive"));
    add(", \"pattern\": \"*.raw\", \"quiet_period\": \"0s\", \"after\": \"move\", \"move_to\": \"%s\""
            .formatted(archive))
        .then()
        .statusCode(201);
    Path first = drop("first.raw");
    Path late = drop("late.raw");
    await().atMost(LONG).until(() -> files("arrived").size() == 2);

    List<Event> failure = workflow(first, Ids.next(), WorkflowFinished.State.FAILED);
    List<Event> rerun = workflow(first, Ids.next(), WorkflowFinished.State.FINISHED);
    consume(failure);
    assertThat(files("failed")).containsExactly("first.raw");
    consume(rerun.subList(0, 1));
    consume(failure);
    assertThat(files("failed")).containsExactly("first.raw");
    consume(rerun);
    consume(failure);
    assertThat(files("processed")).containsExactly("first.raw");

    failure = workflow(late, Ids.next(), WorkflowFinished.State.FAILED);
    rerun = workflow(late, Ids.next(), WorkflowFinished.State.FINISHED);
    consume(rerun);
    consume(failure);
    consume(rerun);
    assertThat(files("failed")).isEmpty();
    assertThat(files("processed")).containsExactlyInAnyOrder("first.raw", "late.raw");

    runner.reload();
    await()
        .atMost(LONG)
        .until(
            () ->
                Files.exists(archive.resolve("first.raw"))
                    && Files.exists(archive.resolve("late.raw")));
  }

  @Test
  void a_rerun_that_fails_does_not_change_a_processed_file_and_is_listed() throws Exception {
    add(", \"pattern\": \"*.raw\", \"quiet_period\": \"0s\"").then().statusCode(201);
    Path file = drop("done.raw");
    await().atMost(LONG).until(() -> files("arrived").size() == 1);
    UUID once = Ids.next();
    UUID again = Ids.next();
    consume(workflow(file, again, WorkflowFinished.State.FAILED));
    consume(workflow(file, once, WorkflowFinished.State.FINISHED));
    consume(workflow(file, again, WorkflowFinished.State.FAILED));
    assertThat(files("processed")).containsExactly("done.raw");
    given()
        .header("Authorization", "Bearer " + token())
        .get("/api/v1/files?watch=" + name)
        .then()
        .body("items[0].workflows", containsInAnyOrder(once.toString(), again.toString()));
  }

  private void end(Path file, WorkflowFinished.State state) {
    consume(workflow(file, Ids.next(), state));
  }

  private void consume(List<Event> events) {
    recorder.record(events).await().atMost(LONG);
  }

  private List<Event> workflow(Path file, UUID workflow, WorkflowFinished.State state) {
    UUID uuid =
        pool.preparedQuery("SELECT uuid FROM file WHERE path = $1")
            .execute(Tuple.of(file.toString()))
            .map(rows -> rows.iterator().next().getUUID(0))
            .await()
            .atMost(LONG);
    Instant now = Instant.now();
    return List.of(
        WorkflowDefinedBuilder.builder()
            .wfuuid(workflow)
            .name("w")
            .dag("d")
            .dagVersion(1)
            .user("u")
            .nvertices(1)
            .file(uuid)
            .watch(name)
            .path(file.toString())
            .state(WorkflowDefined.State.RUNNING)
            .tsDef(now)
            .tsSta(now)
            .build(),
        WorkflowFinishedBuilder.builder()
            .wfuuid(workflow)
            .name("w")
            .dag("d")
            .dagVersion(1)
            .state(state)
            .nvertices(1)
            .ndone(1)
            .file(uuid)
            .watch(name)
            .path(file.toString())
            .tsDef(now)
            .tsSta(now)
            .tsSto(now)
            .build());
  }
}

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
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.watcher.ledger.Ledger;

/** What becomes of files when their workflows end. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "watcher"))
class FilesDoneIT extends Watching {

  @Inject Ledger ledger;

  @Test
  void a_file_is_processed_when_its_workflow_is_and_then_moved() throws Exception {
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
    watcher.changed();
    await().atMost(LONG).until(() -> Files.exists(archive.resolve("good.raw")));
    assertThat(bad).exists();
  }

  @Test
  void a_rerun_that_finishes_mends_its_file_in_whatever_order_it_is_told() throws Exception {
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
    tell(failure);
    assertThat(files("failed")).containsExactly("first.raw");
    tell(rerun.subList(0, 1));
    tell(failure);
    assertThat(files("failed")).containsExactly("first.raw");
    tell(rerun);
    tell(failure);
    assertThat(files("processed")).containsExactly("first.raw");

    failure = workflow(late, Ids.next(), WorkflowFinished.State.FAILED);
    rerun = workflow(late, Ids.next(), WorkflowFinished.State.FINISHED);
    tell(rerun);
    tell(failure);
    tell(rerun);
    assertThat(files("failed")).isEmpty();
    assertThat(files("processed")).containsExactlyInAnyOrder("first.raw", "late.raw");

    watcher.changed();
    await()
        .atMost(LONG)
        .until(
            () ->
                Files.exists(archive.resolve("first.raw"))
                    && Files.exists(archive.resolve("late.raw")));
  }

  @Test
  void a_rerun_that_fails_takes_nothing_back_and_is_listed() throws Exception {
    add(", \"pattern\": \"*.raw\", \"quiet_period\": \"0s\"").then().statusCode(201);
    Path file = drop("done.raw");
    await().atMost(LONG).until(() -> files("arrived").size() == 1);
    UUID once = Ids.next();
    UUID again = Ids.next();
    tell(workflow(file, again, WorkflowFinished.State.FAILED));
    tell(workflow(file, once, WorkflowFinished.State.FINISHED));
    tell(workflow(file, again, WorkflowFinished.State.FAILED));
    assertThat(files("processed")).containsExactly("done.raw");
    given()
        .header("Authorization", "Bearer " + token())
        .get("/api/v1/files?watch=" + name)
        .then()
        .body("items[0].workflows", containsInAnyOrder(once.toString(), again.toString()));
  }

  private void end(Path file, WorkflowFinished.State state) {
    tell(workflow(file, Ids.next(), state));
  }

  private void tell(List<Event> events) {
    ledger.workflows(events).await().atMost(LONG);
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
        new WorkflowDefined(
            workflow,
            "w",
            "d",
            1,
            "u",
            1,
            uuid,
            name,
            file.toString(),
            null,
            WorkflowDefined.State.RUNNING,
            now,
            now),
        new WorkflowFinished(
            workflow,
            "w",
            "d",
            1,
            state,
            null,
            1,
            1,
            uuid,
            name,
            file.toString(),
            now,
            now,
            now,
            false));
  }
}

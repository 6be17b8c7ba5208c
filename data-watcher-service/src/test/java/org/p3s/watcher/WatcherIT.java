package org.p3s.watcher;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.contracts.Ids;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.watcher.ledger.Ledger;
import org.p3s.watcher.scan.Watcher;

/** Real directories, the real ledger. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "watcher"))
class WatcherIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Inject Pool pool;
  @Inject Ledger ledger;
  @Inject Watcher watcher;

  @TempDir Path dir;
  private String name = "";

  @BeforeEach
  void name() {
    name = "w" + UUID.randomUUID();
  }

  private Response add(String more) {
    return given()
        .header("Authorization", "Bearer " + token())
        .contentType(ContentType.JSON)
        .body(
            "{\"name\": \"%s\", \"path\": \"%s\", \"dags\": [\"d\"]%s}".formatted(name, dir, more))
        .post("/api/v1/watches");
  }

  private static String token() {
    try {
      String secrets = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
      return Files.readString(Path.of(secrets, "operator.token")).strip();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path drop(String file) throws Exception {
    Path part = Files.writeString(dir.resolve("." + file + ".part"), "content");
    return Files.move(part, dir.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<String> files(String state) {
    return given()
        .header("Authorization", "Bearer " + token())
        .get("/api/v1/files?limit=1000&watch=" + name + "&state=" + state)
        .then()
        .statusCode(200)
        .extract()
        .path("items.name");
  }

  private long arrivals() {
    return pool.preparedQuery(
            "SELECT count(DISTINCT uuid) FROM file WHERE watch = $1 AND ts_whole IS NOT NULL")
        .execute(io.vertx.mutiny.sqlclient.Tuple.of(name))
        .map(rows -> rows.iterator().next().getLong(0))
        .await()
        .atMost(LONG);
  }

  @Test
  void a_file_that_is_renamed_into_place_arrives_once() throws Exception {
    drop("before_run000007_0002.raw");
    add(", \"pattern\": \"*.raw\", \"quiet_period\": \"0s\"").then().statusCode(201);
    drop("after.raw");
    drop("other.txt");
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(files("arrived"))
                    .containsExactlyInAnyOrder("before_run000007_0002.raw", "after.raw"));
    // A scan finds them again, as after a restart; they stay what they are.
    watcher.changed();
    drop("last.raw");
    await().atMost(LONG).until(() -> files("arrived").contains("last.raw"));
    assertThat(arrivals()).isEqualTo(3);
  }

  @Test
  void a_file_that_still_grows_is_seen_and_arrives_when_it_is_quiet() throws Exception {
    add(", \"quiet_period\": \"700ms\"").then().statusCode(201);
    Path file = Files.writeString(dir.resolve("grows"), "a");
    await().atMost(LONG).until(() -> files("seen").contains("grows"));
    Instant end = Instant.now().plusMillis(1_500);
    while (Instant.now().isBefore(end)) {
      Files.writeString(file, "more", StandardOpenOption.APPEND);
      assertThat(files("arrived")).isEmpty();
    }
    await().atMost(LONG).until(() -> files("arrived").contains("grows"));
  }

  @Test
  void with_a_marker_the_marker_decides() throws Exception {
    add(", \"pattern\": \"*.raw\", \"marker\": \".done\", \"quiet_period\": \"0s\"")
        .then()
        .statusCode(201);
    drop("a.raw");
    await().atMost(LONG).until(() -> files("seen").contains("a.raw"));
    drop("a.raw.done");
    await().atMost(LONG).until(() -> files("arrived").contains("a.raw"));
  }

  @Test
  void a_burst_of_files_arrives_whole_and_each_once() throws Exception {
    add(", \"quiet_period\": \"0s\"").then().statusCode(201);
    for (int i = 0; i < 1_000; i++) {
      drop("f" + i);
    }
    await().atMost(LONG).until(() -> arrivals() == 1_000);
    assertThat(files("arrived")).doesNotHaveDuplicates().hasSize(1_000);
  }

  @Test
  void a_paused_watch_rests_and_catches_up() throws Exception {
    add(", \"quiet_period\": \"0s\", \"paused\": true").then().statusCode(201);
    drop("while_paused");
    given()
        .header("Authorization", "Bearer " + token())
        .get("/api/v1/watches/" + name)
        .then()
        .body("state", equalTo("paused"));
    assertThat(files("arrived")).isEmpty();
    given()
        .header("Authorization", "Bearer " + token())
        .post("/api/v1/watches/" + name + "/resume")
        .then()
        .statusCode(200);
    await().atMost(LONG).until(() -> files("arrived").contains("while_paused"));
  }

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

  private void end(Path file, WorkflowFinished.State state) {
    UUID uuid =
        pool.preparedQuery("SELECT uuid FROM file WHERE path = $1")
            .execute(io.vertx.mutiny.sqlclient.Tuple.of(file.toString()))
            .map(rows -> rows.iterator().next().getUUID(0))
            .await()
            .atMost(LONG);
    UUID workflow = Ids.next();
    Instant now = Instant.now();
    ledger
        .workflows(
            List.of(
                new WorkflowDefined(
                    workflow, "w", "d", 1, "u", 1, uuid, name, file.toString(), null, now),
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
                    false)))
        .await()
        .atMost(LONG);
  }

  @Test
  void bad_watches_are_answered_with_the_place() {
    given()
        .header("Authorization", "Bearer " + token())
        .contentType(ContentType.JSON)
        .body("{\"name\": \"x\", \"path\": \"/no/such/place\", \"dags\": [\"d\"]}")
        .post("/api/v1/watches")
        .then()
        .statusCode(422)
        .body("type", equalTo("/problems/directory-missing"))
        .body("detail", containsString("/no/such/place"));
    add(", \"quiet_period\": \"soon\"")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/quiet_period"));
    add(", \"after\": \"burn\"")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/after"));
    add(", \"fraction\": 2").then().statusCode(422).body("errors[0].pointer", equalTo("/fraction"));
    add("").then().statusCode(201);
    add("").then().statusCode(409).body("type", equalTo("/problems/already-exists"));
  }
}

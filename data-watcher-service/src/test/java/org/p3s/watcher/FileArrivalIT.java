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
import io.vertx.mutiny.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Which files arrive and when, with real directories and the real ledger. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "watcher"))
class FileArrivalIT extends WatchTestBase {

  @TempDir Path controlDir;

  /** Files of this test's watch that were found complete. */
  private long arrivals() {
    return pool.preparedQuery(
            "SELECT count(DISTINCT uuid) FROM file WHERE watch = $1 AND ts_whole IS NOT NULL")
        .execute(Tuple.of(name))
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
    // A scan finds the same files again, as after a restart. They must not arrive again.
    runner.reload();
    drop("last.raw");
    await().atMost(LONG).until(() -> files("arrived").contains("last.raw"));
    assertThat(arrivals()).isEqualTo(3);
  }

  @Test
  void a_file_that_grows_arrives_only_when_it_is_quiet() throws Exception {
    add(", \"quiet_period\": \"700ms\"").then().statusCode(201);
    Path file = Files.writeString(dir.resolve("grows"), "a");
    for (int i = 0; i < 15; i++) {
      Files.writeString(file, "more", StandardOpenOption.APPEND);
      Thread.sleep(100);
    }
    await().atMost(LONG).until(() -> files("arrived").contains("grows"));
    // This holds on a slow machine too: if the loop above pauses for longer than the quiet period,
    // the file may arrive early, but then it was quiet for that long.
    assertThat(quietBeforeArrival("grows")).isGreaterThanOrEqualTo(Duration.ofMillis(700));
  }

  /** The time from the modification that the ledger knows to the arrival. */
  private Duration quietBeforeArrival(String file) {
    return pool.preparedQuery("SELECT mtime, ts_whole FROM file WHERE watch = $1 AND name = $2")
        .execute(Tuple.of(name, file))
        .map(rows -> rows.iterator().next())
        .map(
            row ->
                Duration.between(row.getOffsetDateTime("mtime"), row.getOffsetDateTime("ts_whole")))
        .await()
        .atMost(LONG);
  }

  @Test
  void a_file_with_a_marker_arrives_when_the_marker_exists() throws Exception {
    add(", \"pattern\": \"*.raw\", \"marker\": \".done\", \"quiet_period\": \"0s\"")
        .then()
        .statusCode(201);
    drop("a.raw");
    await().atMost(LONG).until(() -> files("seen").contains("a.raw"));
    drop("a.raw.done");
    await().atMost(LONG).until(() -> files("arrived").contains("a.raw"));
  }

  @Test
  void each_file_of_a_burst_arrives_once() throws Exception {
    add(", \"quiet_period\": \"0s\"").then().statusCode(201);
    for (int i = 0; i < 1_000; i++) {
      drop("f" + i);
    }
    await().atMost(LONG).untilAsserted(() -> assertThat(arrivals()).isEqualTo(1_000));
    assertThat(files("arrived")).doesNotHaveDuplicates().hasSize(1_000);
  }

  @Test
  void a_file_with_a_hidden_name_is_left_alone() throws Exception {
    Files.writeString(dir.resolve(".before.raw.Xa81"), "half");
    add(", \"quiet_period\": \"0s\"").then().statusCode(201);
    Files.writeString(dir.resolve(".after.raw.part"), "half");
    drop("last.raw");
    await().atMost(LONG).until(() -> files("arrived").contains("last.raw"));
    assertThat(arrivals()).isEqualTo(1);
  }

  @Test
  void a_pattern_that_starts_with_a_dot_matches_hidden_names() throws Exception {
    add(", \"pattern\": \".*.raw\", \"quiet_period\": \"0s\"").then().statusCode(201);
    drop(".odd.raw");
    await().atMost(LONG).until(() -> files("arrived").contains(".odd.raw"));
  }

  @Test
  void a_watch_that_is_added_paused_takes_files_after_it_is_resumed() throws Exception {
    drop("while_paused");
    add(", \"quiet_period\": \"0s\", \"paused\": true")
        .then()
        .statusCode(201)
        .body("state", equalTo("paused"));
    awaitScanOfAllWatches();
    assertThat(arrivals()).isZero();
    change("resume");
    await().atMost(LONG).until(() -> files("arrived").contains("while_paused"));
  }

  @Test
  void a_watch_that_is_paused_takes_no_files_until_it_is_resumed() throws Exception {
    add(", \"quiet_period\": \"0s\"").then().statusCode(201);
    drop("before");
    await().atMost(LONG).until(() -> files("arrived").contains("before"));
    change("pause");
    drop("while_paused");
    awaitScanOfAllWatches();
    assertThat(arrivals()).isEqualTo(1);
    change("resume");
    await().atMost(LONG).until(() -> files("arrived").contains("while_paused"));
  }

  private void change(String verb) {
    given()
        .header("Authorization", "Bearer " + token())
        .post("/api/v1/watches/" + name + "/" + verb)
        .then()
        .statusCode(200)
        .body("state", equalTo(verb.equals("pause") ? "paused" : "watching"));
  }

  /**
   * Waits until every active watch was scanned. One thread scans all watches in turn: a watch that
   * is added now is found by a scan of all; a file that comes after it is taken after that scan.
   */
  private void awaitScanOfAllWatches() throws Exception {
    String control = name + "-control";
    add(control, controlDir, ", \"quiet_period\": \"0s\"").then().statusCode(201);
    for (String file : List.of("first", "second")) {
      drop(controlDir, file);
      await().atMost(LONG).until(() -> files(control, "arrived").contains(file));
    }
  }

  @Test
  void the_answer_to_a_wrong_watch_names_the_wrong_field() {
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

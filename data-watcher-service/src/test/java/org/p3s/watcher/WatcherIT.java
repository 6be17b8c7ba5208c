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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Real directories, the real ledger: what arrives, and when. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "watcher"))
class WatcherIT extends Watching {

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
    await().atMost(LONG).untilAsserted(() -> assertThat(arrivals()).isEqualTo(1_000));
    assertThat(files("arrived")).doesNotHaveDuplicates().hasSize(1_000);
  }

  @Test
  void what_is_still_written_under_a_hidden_name_is_no_file_yet() throws Exception {
    Files.writeString(dir.resolve(".before.raw.Xa81"), "half");
    add(", \"quiet_period\": \"0s\"").then().statusCode(201);
    Files.writeString(dir.resolve(".after.raw.part"), "half");
    drop("last.raw");
    await().atMost(LONG).until(() -> files("arrived").contains("last.raw"));
    assertThat(arrivals()).isEqualTo(1);
  }

  @Test
  void a_pattern_with_a_dot_means_hidden_names() throws Exception {
    add(", \"pattern\": \".*.raw\", \"quiet_period\": \"0s\"").then().statusCode(201);
    drop(".odd.raw");
    await().atMost(LONG).until(() -> files("arrived").contains(".odd.raw"));
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

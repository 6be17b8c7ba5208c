package org.p3s.watcher;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.watcher.app.WatchRunner;

/** Gives each test a directory and the name of a watch of its own. */
abstract class WatchTestBase {

  static final Duration LONG = Duration.ofSeconds(30);

  @Inject Pool pool;
  @Inject WatchRunner runner;

  @TempDir Path dir;
  String name = "";

  @BeforeEach
  void name() {
    name = "w" + UUID.randomUUID();
  }

  /** Adds the watch of this test; {@code more} is JSON such as {@code , "cap": 3}. */
  Response add(String more) {
    return add(name, dir, more);
  }

  static Response add(String watch, Path directory, String more) {
    return given()
        .header("Authorization", "Bearer " + token())
        .contentType(ContentType.JSON)
        .body(
            "{\"name\": \"%s\", \"path\": \"%s\", \"dags\": [\"d\"]%s}"
                .formatted(watch, directory, more))
        .post("/api/v1/watches");
  }

  static String token() {
    try {
      String secrets = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
      return Files.readString(Path.of(secrets, "operator.token")).strip();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Renames a complete file into the directory of this test. */
  Path drop(String file) throws Exception {
    return drop(dir, file);
  }

  static Path drop(Path directory, String file) throws Exception {
    Path part = Files.writeString(directory.resolve("." + file + ".part"), "content");
    return Files.move(part, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The names of the files of this test's watch in that state. */
  List<String> files(String state) {
    return files(name, state);
  }

  static List<String> files(String watch, String state) {
    return given()
        .header("Authorization", "Bearer " + token())
        .get("/api/v1/files?limit=1000&watch=" + watch + "&state=" + state)
        .then()
        .statusCode(200)
        .extract()
        .path("items.name");
  }
}

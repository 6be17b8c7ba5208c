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
import org.p3s.watcher.scan.Watcher;

/** A directory, and a watch of its own for each test. */
abstract class Watching {

  static final Duration LONG = Duration.ofSeconds(30);

  @Inject Pool pool;
  @Inject Watcher watcher;

  @TempDir Path dir;
  String name = "";

  @BeforeEach
  void name() {
    name = "w" + UUID.randomUUID();
  }

  Response add(String more) {
    return given()
        .header("Authorization", "Bearer " + token())
        .contentType(ContentType.JSON)
        .body(
            "{\"name\": \"%s\", \"path\": \"%s\", \"dags\": [\"d\"]%s}".formatted(name, dir, more))
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

  Path drop(String file) throws Exception {
    Path part = Files.writeString(dir.resolve("." + file + ".part"), "content");
    return Files.move(part, dir.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  List<String> files(String state) {
    return given()
        .header("Authorization", "Bearer " + token())
        .get("/api/v1/files?limit=1000&watch=" + name + "&state=" + state)
        .then()
        .statusCode(200)
        .extract()
        .path("items.name");
  }
}

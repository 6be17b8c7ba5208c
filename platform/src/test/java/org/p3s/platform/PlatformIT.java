package org.p3s.platform;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.ServiceRecord;
import org.p3s.contracts.Topics;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Outbox, inbox, errors and security against the real Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class PlatformIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject Outbox outbox;
  @Inject Pool pool;

  private String tag = "";

  @BeforeEach
  void tag() {
    tag = UUID.randomUUID().toString();
  }

  @Test
  void an_event_leaves_after_the_commit_with_cloud_events_headers() {
    emit(record("one"));
    try (KafkaProbe probe = new KafkaProbe(Topics.SERVICE_RECORD)) {
      ConsumerRecord<String, String> found =
          await().atMost(LONG).until(() -> mine(probe), list -> list.size() == 1).get(0);
      assertThat(found.key()).isEqualTo(tag);
      assertThat(header(found, "ce_type")).isEqualTo("service-record.v1");
      assertThat(header(found, "ce_source")).isEqualTo("/p3s/platform-test");
      assertThat(UUID.fromString(header(found, "ce_id"))).isNotNull();
    }
  }

  @Test
  void what_is_rolled_back_was_never_said() {
    assertThatThrownBy(
            () ->
                outbox
                    .transact(
                        tx -> {
                          tx.emit(record("never"));
                          return Uni.createFrom().failure(new IllegalStateException("no"));
                        })
                    .await()
                    .atMost(LONG))
        .hasMessage("no");
    emit(record("after"));
    try (KafkaProbe probe = new KafkaProbe(Topics.SERVICE_RECORD)) {
      assertThat(await().atMost(LONG).until(() -> messages(mine(probe)), list -> !list.isEmpty()))
          .containsExactly("after");
    }
  }

  @Test
  void events_of_one_key_keep_their_order_through_a_kafka_outage() throws Exception {
    emit(record("0"));
    KafkaAndPostgres.kafka().stop();
    try {
      // Accepted while Kafka is away: the outbox holds them.
      IntStream.range(1, 300).forEach(i -> emit(record(Integer.toString(i))));
    } finally {
      KafkaAndPostgres.kafka().start();
    }
    List<String> expected = IntStream.range(0, 300).mapToObj(Integer::toString).toList();
    try (KafkaProbe probe = new KafkaProbe(Topics.SERVICE_RECORD)) {
      List<String> said =
          await()
              .atMost(LONG)
              .until(() -> messages(mine(probe)), list -> list.size() >= expected.size());
      assertThat(new ArrayList<>(new java.util.LinkedHashSet<>(said))).isEqualTo(expected);
    }
    await().atMost(LONG).until(() -> count("outbox", "true") == 0);
  }

  @Test
  void a_poison_record_is_kept_aside_and_stops_nothing() throws Exception {
    send("poison-" + tag, "file-arrived.v1", "{\"no\": \"file\"");
    send("type-" + tag, "no-such-type.v9", "{}");
    send("refused-" + tag, "file-arrived.v1", JsonCodec.write(file("/refuse/" + tag)));
    send("good-" + tag, "file-arrived.v1", JsonCodec.write(file("/good/" + tag)));
    await().atMost(LONG).until(() -> count("handled", "path = '/good/" + tag + "'") == 1);
    try (KafkaProbe probe =
        new KafkaProbe(Topics.deadLetters(Topics.FILE_ARRIVED, "platform-test"))) {
      List<ConsumerRecord<String, String>> dead =
          await()
              .atMost(LONG)
              .until(() -> probe.poll(r -> r.key().endsWith(tag)), list -> list.size() == 3);
      assertThat(dead).allSatisfy(r -> assertThat(header(r, "p3s_error")).isNotBlank());
    }
    given(token("viewer"))
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("p3s_deadletters_total"));
  }

  @Test
  void a_batch_waits_for_its_database_and_is_not_lost() throws Exception {
    KafkaAndPostgres.postgres().stop();
    try {
      send("waits-" + tag, "file-arrived.v1", JsonCodec.write(file("/waits/" + tag)));
      given(token("viewer")).get("/q/health/ready").then().statusCode(503);
    } finally {
      KafkaAndPostgres.postgres().start();
    }
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(() -> count("handled", "path = '/waits/" + tag + "'") >= 1);
    await().atMost(LONG).untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    emit(record("relay lives"));
    try (KafkaProbe probe = new KafkaProbe(Topics.SERVICE_RECORD)) {
      await().atMost(LONG).until(() -> !mine(probe).isEmpty());
    }
  }

  @Test
  void nothing_but_health_answers_without_a_credential() {
    given().get("/q/health/live").then().statusCode(200);
    for (String path : List.of("/api/v1/things", "/q/metrics", "/q/openapi", "/", "/nowhere")) {
      given()
          .get(path)
          .then()
          .statusCode(401)
          .contentType("application/problem+json")
          .header("WWW-Authenticate", containsString("Basic"))
          .body("type", equalTo("/problems/unauthenticated"));
    }
    given()
        .header("Authorization", "Bearer p3s_wrong")
        .get("/api/v1/things")
        .then()
        .statusCode(401)
        .body("type", equalTo("/problems/unauthenticated"));
  }

  @Test
  void a_role_allows_what_it_says_and_no_more() {
    given(token("viewer")).get("/api/v1/things").then().statusCode(200);
    given(token("admin")).get("/api/v1/things").then().statusCode(200);
    given()
        .auth()
        .preemptive()
        .basic("anybody", read("viewer"))
        .get("/api/v1/things")
        .then()
        .statusCode(200);
    given(token("viewer"))
        .contentType(ContentType.JSON)
        .body("{\"first_name\": \"a\", \"count\": 1}")
        .post("/api/v1/things")
        .then()
        .statusCode(403)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/forbidden"));
    given(token("join")).get("/api/v1/things").then().statusCode(403);
  }

  @Test
  void a_service_accepts_the_kinds_of_tokens_that_it_has_a_verifier_for() {
    given()
        .header("Authorization", "Bearer " + TestApp.Passes.VALID)
        .get("/api/v1/things/pilot")
        .then()
        .statusCode(200);
    given()
        .header("Authorization", "Bearer " + TestApp.Passes.VALID)
        .get("/api/v1/things")
        .then()
        .statusCode(403);
    given()
        .header("Authorization", "Bearer " + TestApp.Passes.PREFIX + "expired")
        .get("/api/v1/things/pilot")
        .then()
        .statusCode(401);
  }

  @Test
  void bad_input_is_answered_with_the_place_and_the_remedy() {
    problem(post("{\"first_name\": "), 400, "malformed-json").body("errors[0].line", equalTo(1));
    problem(post("{\"count\": \"many\"}"), 422, "validation-failed")
        .body("errors[0].pointer", equalTo("/count"));
    problem(post("{\"count\": -1}"), 422, "validation-failed")
        .body("detail", equalTo("/count: is 0 or more, not -1"));
    problem(post("{\"count\": 1}\n{\"count\": 2}"), 400, "malformed-json")
        .body("detail", equalTo("line 2: there is more after the end of the JSON"));
    problem(post("{\"count\": 1} garbage"), 400, "malformed-json");
    problem(post("{\"x\": \"" + "y".repeat(70_000) + "\"}"), 413, "body-too-large");
    problem(
        given(token("operator")).body("<a/>").contentType("text/xml").post("/api/v1/things"),
        415,
        "unsupported-media-type");
    problem(given(token("viewer")).get("/api/v1/nothing"), 404, "not-found");
    problem(given(token("viewer")).delete("/api/v1/things"), 405, "method-not-allowed");
    problem(given(token("viewer")).get("/api/v1/things/conflict"), 409, "conflict");
    problem(given(token("viewer")).get("/api/v1/things/broken"), 500, "internal")
        .body("detail", not(containsString("secret")));
  }

  private static io.restassured.response.ValidatableResponse problem(
      io.restassured.response.Response response, int status, String slug) {
    return response
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/" + slug));
  }

  private static io.restassured.response.Response post(String body) {
    return given(token("operator")).contentType(ContentType.JSON).body(body).post("/api/v1/things");
  }

  private static RequestSpecification token(String name) {
    return given().header("Authorization", "Bearer " + read(name));
  }

  private static String read(String name) {
    try {
      String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
      return Files.readString(Path.of(dir, name + ".token")).strip();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private ServiceRecord record(String message) {
    return new ServiceRecord(Ids.next(), tag, "info", message, Instant.now());
  }

  private static FileArrived file(String path) {
    Instant now = Instant.now();
    return new FileArrived(
        Ids.next(),
        "w",
        path,
        "/",
        "n",
        1,
        now,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        null,
        now,
        now);
  }

  private void emit(ServiceRecord event) {
    outbox
        .transact(
            tx -> {
              tx.emit(event);
              return Uni.createFrom().voidItem();
            })
        .await()
        .atMost(LONG);
  }

  private void send(String key, String type, String value) throws Exception {
    ProducerRecord<String, String> record = new ProducerRecord<>(Topics.FILE_ARRIVED, key, value);
    record.headers().add(new RecordHeader("ce_type", type.getBytes(UTF_8)));
    KafkaProbe.send(record);
  }

  private List<ConsumerRecord<String, String>> mine(KafkaProbe probe) {
    return probe.poll(r -> r.key().equals(tag));
  }

  private static List<String> messages(List<ConsumerRecord<String, String>> records) {
    return records.stream()
        .map(
            r -> {
              try {
                return JsonCodec.read(r.value(), ServiceRecord.class).message();
              } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }

  private long count(String table, String where) {
    return pool.query("SELECT count(*) FROM " + table + " WHERE " + where)
        .execute()
        .map(rows -> rows.iterator().next().getLong(0))
        .await()
        .atMost(LONG);
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}

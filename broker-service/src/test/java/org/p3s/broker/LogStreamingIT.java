package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.JsonCodec;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Following logs while they are written, over real HTTP and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class LogStreamingIT extends BrokerTestBase {

  private Pilot pilot;

  @BeforeEach
  void createPilot() {
    pilot = pilots.pilot();
  }

  /** A client that follows a log: the events that it received, as name and data. */
  private record LogFollower(
      List<Map.Entry<String, JsonNode>> events, CompletableFuture<Integer> ends) {

    static LogFollower of(UUID job) throws Exception {
      List<Map.Entry<String, JsonNode>> events = new CopyOnWriteArrayList<>();
      CompletableFuture<Integer> ends =
          HttpClient.newHttpClient()
              .sendAsync(
                  HttpRequest.newBuilder(
                          URI.create(TestPilots.base() + "/jobs/" + job + "/log?follow=true"))
                      .header("Authorization", "Bearer " + TestPilots.token("viewer"))
                      .header("Accept", "text/event-stream")
                      .build(),
                  HttpResponse.BodyHandlers.ofLines())
              .thenApply(
                  answer -> {
                    String[] name = {""};
                    answer.body().forEach(line -> read(line, name, events));
                    return answer.statusCode();
                  });
      return new LogFollower(events, ends);
    }

    private static void read(String line, String[] name, List<Map.Entry<String, JsonNode>> events) {
      if (line.startsWith("event:")) {
        name[0] = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        try {
          events.add(Map.entry(name[0], JsonCodec.apiMapper().readTree(line.substring(5))));
        } catch (java.io.IOException e) {
          throw new IllegalStateException(line, e);
        }
      }
    }

    String text(String stream) {
      return events.stream()
          .filter(event -> event.getKey().equals(stream))
          .map(event -> event.getValue().path("text").asText())
          .collect(Collectors.joining());
    }

    List<Long> leftOut(String stream) {
      return events.stream()
          .filter(event -> event.getKey().equals(stream))
          .map(event -> event.getValue().path("left_out").asLong())
          .toList();
    }

    void awaitText(String stream, String text) {
      await().atMost(LONG).untilAsserted(() -> assertThat(text(stream)).isEqualTo(text));
    }

    JsonNode end() throws Exception {
      assertThat(ends.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(200);
      assertThat(events.get(events.size() - 1).getKey()).isEqualTo("end");
      return events.get(events.size() - 1).getValue();
    }
  }

  private Answer running() {
    events.send(JobDefinitions.at(pilots.site));
    Answer job = pilot.awaitJob();
    assertThat(pilot.reportStart(job).status()).isEqualTo(200);
    return job;
  }

  private static Map<String, Object> part(long from, byte[] data) {
    return Map.of("from", from, "data", Base64.getEncoder().encodeToString(data));
  }

  private static Map<String, Object> part(long from, String data) {
    return part(from, data.getBytes(StandardCharsets.UTF_8));
  }

  private Answer sendLog(Answer job, Map<String, Object> parts) {
    Map<String, Object> body = new HashMap<>(parts);
    body.putIfAbsent("lease", job.lease());
    return TestPilots.now(pilot.post("/leases/" + job.job() + "/log", body));
  }

  private boolean isFollowed(Answer job) {
    return pilot.checkLease(job).body().path("follow").asBoolean();
  }

  @Test
  void a_follower_receives_the_output_while_it_is_written_until_the_end() throws Exception {
    Answer job = running();
    assertThat(isFollowed(job)).isFalse();
    LogFollower follower = LogFollower.of(job.job());
    await().atMost(LONG).until(() -> isFollowed(job));
    Answer answer = sendLog(job, Map.of("stdout", part(0, "one\n"), "stderr", part(0, "oh\n")));
    assertThat(answer.body().path("follow").asBoolean()).isTrue();
    follower.awaitText("stdout", "one\n");
    follower.awaitText("stderr", "oh\n");
    // A repeat after a lost answer must not send anything twice.
    sendLog(job, Map.of("stdout", part(0, "one\ntwo\n")));
    follower.awaitText("stdout", "one\ntwo\n");
    sendLog(job, Map.of("stdout", part(8, "three"), "stderr", part(3, ""), "last", true));
    pilot.reportFinish(job, Map.of("errcode", 3, "stdout", "one\ntwo\nthree", "stderr", "oh\n"));
    JsonNode end = follower.end();
    assertThat(end.path("state").asText()).isEqualTo("finished");
    assertThat(end.path("errcode").asInt()).isEqualTo(3);
    assertThat(end.path("outcome").asText()).isEqualTo("failure");
    assertThat(follower.text("stdout")).isEqualTo("one\ntwo\nthree");
    assertThat(follower.text("stderr")).isEqualTo("oh\n");
    assertThat(follower.events().get(0).getValue().path("state").asText()).isEqualTo("running");
  }

  /** A lease poll that waits longer than the test: only a signal can end it in time. */
  private CompletableFuture<Answer> pendingLeasePoll(Answer job) {
    CompletableFuture<Answer> look = pilot.pollLease(job, "60s");
    await().during(Duration.ofMillis(300)).until(() -> !look.isDone());
    return look;
  }

  @Test
  void the_pilot_is_informed_at_once_that_somebody_follows() throws Exception {
    Answer job = running();
    CompletableFuture<Answer> look = pendingLeasePoll(job);
    LogFollower.of(job.job());
    assertThat(TestPilots.now(look).body().path("follow").asBoolean()).isTrue();
  }

  @Test
  void the_pilot_is_informed_at_once_that_its_payload_is_to_stop() throws Exception {
    JobDefined defined = JobDefinitions.at(pilots.site);
    events.send(defined);
    Answer job = pilot.awaitJob();
    pilot.reportStart(job);
    CompletableFuture<Answer> look = pendingLeasePoll(job);
    events.send(
        new JobWithdrawn(defined.job(), null, false, "not wanted", "jane", JobDefinitions.now()));
    Answer answer = TestPilots.now(look);
    assertThat(answer.body().path("stop").asBoolean()).isTrue();
  }

  @Test
  void a_lease_poll_ends_when_the_lease_ends() {
    Answer job = running();
    CompletableFuture<Answer> look = pilot.pollLease(job, "2s");
    pilot.reportFinish(job, Map.of());
    assertThat(TestPilots.now(look).status()).isEqualTo(409);
  }

  @Test
  void a_follower_of_much_output_receives_a_part_and_how_much_was_left_out() throws Exception {
    Answer job = running();
    LogFollower follower = LogFollower.of(job.job());
    await().atMost(LONG).until(() -> isFollowed(job));
    byte[] most = new byte[65_536];
    java.util.Arrays.fill(most, (byte) 'x');
    sendLog(job, Map.of("stdout", part(1_000_000, most)));
    await().atMost(LONG).until(() -> follower.text("stdout").length() == 65_536);
    sendLog(job, Map.of("stdout", part(5_000_000, most)));
    await().atMost(LONG).until(() -> follower.text("stdout").length() == 131_072);
    assertThat(follower.leftOut("stdout")).containsExactly(1_000_000L, 5_000_000L - 1_065_536L);
    assertThat(sendLog(job, Map.of("stdout", part(6_000_000, new byte[65_537]))).status())
        .isEqualTo(422);
    pilot.reportFinish(job, Map.of());
    follower.end();
  }

  @Test
  void binary_output_is_sent_as_valid_text() throws Exception {
    Answer job = running();
    LogFollower follower = LogFollower.of(job.job());
    await().atMost(LONG).until(() -> isFollowed(job));
    sendLog(job, Map.of("stdout", part(0, new byte[] {'a', 0, (byte) 0xFF, '\r', '\n', 'b'})));
    follower.awaitText("stdout", "a\uFFFD\uFFFD\r\nb");
    pilot.reportFinish(job, Map.of());
    follower.end();
  }

  @Test
  void the_stored_log_completes_what_the_pilot_had_not_sent() throws Exception {
    Answer job = running();
    LogFollower follower = LogFollower.of(job.job());
    await().atMost(LONG).until(() -> isFollowed(job));
    sendLog(job, Map.of("stdout", part(0, "one\n")));
    follower.awaitText("stdout", "one\n");
    pilot.reportFinish(job, Map.of("stdout", "one\ntwo\n", "stderr", "only at the end\n"));
    follower.end();
    assertThat(follower.text("stdout")).isEqualTo("one\ntwo\n");
    assertThat(follower.text("stderr")).isEqualTo("only at the end\n");
  }

  @Test
  void following_an_ended_job_sends_its_stored_log() throws Exception {
    Answer job = running();
    pilot.reportFinish(job, Map.of("stdout", "all\n"));
    LogFollower follower = LogFollower.of(job.job());
    assertThat(follower.end().path("outcome").asText()).isEqualTo("success");
    assertThat(follower.text("stdout")).isEqualTo("all\n");
  }

  @Test
  void following_a_waiting_job_sends_its_log_when_it_runs() throws Exception {
    JobDefined defined = JobDefinitions.at(pilots.site);
    events.send(defined);
    await()
        .atMost(LONG)
        .until(
            () ->
                TestPilots.get("/jobs/" + defined.job(), TestPilots.token("viewer")).status()
                    == 200);
    LogFollower follower = LogFollower.of(defined.job());
    await().atMost(LONG).until(() -> !follower.events().isEmpty());
    assertThat(follower.events().get(0).getValue().path("state").asText()).isEqualTo("defined");
    Answer job = pilot.awaitJob();
    pilot.reportStart(job);
    assertThat(isFollowed(job)).isTrue();
    sendLog(job, Map.of("stdout", part(0, "x"), "stderr", part(0, ""), "last", true));
    pilot.reportFinish(job, Map.of("stdout", "x"));
    follower.end();
    assertThat(follower.text("stdout")).isEqualTo("x");
  }

  @Test
  void a_running_job_has_a_log_only_while_it_is_followed() throws Exception {
    Answer job = running();
    String path = "/jobs/" + job.job() + "/log";
    Answer none = TestPilots.get(path, TestPilots.token("viewer"));
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.body().path("detail").asText()).contains("is running on h", "follow=true");
    sendLog(job, Map.of("stdout", part(3, "four")));
    Answer live = TestPilots.get(path, TestPilots.token("viewer"));
    assertThat(live.body().path("stdout").asText()).isEqualTo("four");
    assertThat(live.body().path("live").asBoolean()).isTrue();
  }

  @Test
  void only_the_holder_of_a_job_can_send_its_log() throws Exception {
    Answer job = running();
    Map<String, Object> wrong = Map.of("lease", job.lease() + 1, "stdout", part(0, "x"));
    assertThat(sendLog(job, wrong).problem()).endsWith("lease-lost");
    assertThat(sendLog(job, Map.of("stdout", Map.of("data", "eA=="))).status()).isEqualTo(422);
    LogFollower nobody = LogFollower.of(UUID.randomUUID());
    assertThat(nobody.ends().get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(404);
  }

  @Test
  void a_live_log_that_nobody_follows_is_deleted() {
    Answer job = running();
    sendLog(job, Map.of("stdout", part(0, "x")));
    pool.query("UPDATE live_log SET updated_at = now() - interval '1 minute'").executeAndAwait();
    await()
        .atMost(LONG)
        .until(() -> pool.query("SELECT FROM live_log").executeAndAwait().size() == 0);
  }
}

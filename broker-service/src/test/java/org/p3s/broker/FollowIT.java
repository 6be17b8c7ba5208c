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
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.JsonCodec;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Logs that are followed while they are written, over real HTTP and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class FollowIT extends Stage {

  private Pilot pilot;

  @BeforeEach
  void aPilot() {
    pilot = fleet.pilot();
  }

  /** A follower: the events that came, as name and data. */
  private record Follower(
      List<Map.Entry<String, JsonNode>> events, CompletableFuture<Integer> ends) {

    static Follower of(UUID job) throws Exception {
      List<Map.Entry<String, JsonNode>> events = new CopyOnWriteArrayList<>();
      CompletableFuture<Integer> ends =
          HttpClient.newHttpClient()
              .sendAsync(
                  HttpRequest.newBuilder(
                          URI.create(Fleet.base() + "/jobs/" + job + "/log?follow=true"))
                      .header("Authorization", "Bearer " + Fleet.token("viewer"))
                      .header("Accept", "text/event-stream")
                      .build(),
                  HttpResponse.BodyHandlers.ofLines())
              .thenApply(
                  answer -> {
                    String[] name = {""};
                    answer.body().forEach(line -> read(line, name, events));
                    return answer.statusCode();
                  });
      return new Follower(events, ends);
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
    said.tell(Jobs.at(fleet.site));
    Answer job = pilot.gets();
    assertThat(pilot.starts(job).status()).isEqualTo(200);
    return job;
  }

  private static Map<String, Object> part(long from, byte[] data) {
    return Map.of("from", from, "data", Base64.getEncoder().encodeToString(data));
  }

  private static Map<String, Object> part(long from, String data) {
    return part(from, data.getBytes(StandardCharsets.UTF_8));
  }

  private Answer sends(Answer job, Map<String, Object> parts) {
    Map<String, Object> body = new HashMap<>(parts);
    body.putIfAbsent("lease", job.lease());
    return Fleet.now(pilot.post("/leases/" + job.job() + "/log", body));
  }

  private boolean wanted(Answer job) {
    return pilot.looks(job).body().path("follow").asBoolean();
  }

  @Test
  void a_follower_sees_what_is_written_as_it_is_written_until_the_end() throws Exception {
    Answer job = running();
    assertThat(wanted(job)).isFalse();
    Follower follower = Follower.of(job.job());
    await().atMost(LONG).until(() -> wanted(job));
    Answer answer = sends(job, Map.of("stdout", part(0, "one\n"), "stderr", part(0, "oh\n")));
    assertThat(answer.body().path("follow").asBoolean()).isTrue();
    follower.awaitText("stdout", "one\n");
    follower.awaitText("stderr", "oh\n");
    // A repeat after a lost answer shows nothing twice.
    sends(job, Map.of("stdout", part(0, "one\ntwo\n")));
    follower.awaitText("stdout", "one\ntwo\n");
    sends(job, Map.of("stdout", part(8, "three"), "stderr", part(3, ""), "last", true));
    pilot.finishes(job, Map.of("errcode", 3, "stdout", "one\ntwo\nthree", "stderr", "oh\n"));
    JsonNode end = follower.end();
    assertThat(end.path("state").asText()).isEqualTo("finished");
    assertThat(end.path("errcode").asInt()).isEqualTo(3);
    assertThat(end.path("outcome").asText()).isEqualTo("failure");
    assertThat(follower.text("stdout")).isEqualTo("one\ntwo\nthree");
    assertThat(follower.text("stderr")).isEqualTo("oh\n");
    assertThat(follower.events().get(0).getValue().path("state").asText()).isEqualTo("running");
  }

  /** A look that waits longer than a test does: only news can end it in time. */
  private CompletableFuture<Answer> waits(Answer job) {
    CompletableFuture<Answer> look = pilot.waits(job, "60s");
    await().during(Duration.ofMillis(300)).until(() -> !look.isDone());
    return look;
  }

  @Test
  void the_pilot_learns_at_once_that_somebody_follows() throws Exception {
    Answer job = running();
    CompletableFuture<Answer> look = waits(job);
    Follower.of(job.job());
    assertThat(Fleet.now(look).body().path("follow").asBoolean()).isTrue();
  }

  @Test
  void the_pilot_learns_at_once_that_its_payload_is_to_stop() throws Exception {
    JobDefined defined = Jobs.at(fleet.site);
    said.tell(defined);
    Answer job = pilot.gets();
    pilot.starts(job);
    CompletableFuture<Answer> look = waits(job);
    said.tell(new JobWithdrawn(defined.job(), null, false, "not wanted", "jane", Jobs.now()));
    Answer answer = Fleet.now(look);
    assertThat(answer.body().path("stop").asBoolean()).isTrue();
  }

  @Test
  void a_look_that_waits_ends_with_its_lease() {
    Answer job = running();
    CompletableFuture<Answer> look = pilot.waits(job, "2s");
    pilot.finishes(job, Map.of());
    assertThat(Fleet.now(look).status()).isEqualTo(409);
  }

  @Test
  void of_a_flood_the_follower_sees_what_fits_and_how_much_was_left_out() throws Exception {
    Answer job = running();
    Follower follower = Follower.of(job.job());
    await().atMost(LONG).until(() -> wanted(job));
    byte[] most = new byte[65_536];
    java.util.Arrays.fill(most, (byte) 'x');
    sends(job, Map.of("stdout", part(1_000_000, most)));
    await().atMost(LONG).until(() -> follower.text("stdout").length() == 65_536);
    sends(job, Map.of("stdout", part(5_000_000, most)));
    await().atMost(LONG).until(() -> follower.text("stdout").length() == 131_072);
    assertThat(follower.leftOut("stdout")).containsExactly(1_000_000L, 5_000_000L - 1_065_536L);
    assertThat(sends(job, Map.of("stdout", part(6_000_000, new byte[65_537]))).status())
        .isEqualTo(422);
    pilot.finishes(job, Map.of());
    follower.end();
  }

  @Test
  void binary_output_is_shown_as_text_that_breaks_nothing() throws Exception {
    Answer job = running();
    Follower follower = Follower.of(job.job());
    await().atMost(LONG).until(() -> wanted(job));
    sends(job, Map.of("stdout", part(0, new byte[] {'a', 0, (byte) 0xFF, '\r', '\n', 'b'})));
    follower.awaitText("stdout", "a\uFFFD\uFFFD\r\nb");
    pilot.finishes(job, Map.of());
    follower.end();
  }

  @Test
  void the_kept_log_completes_what_the_pilot_had_not_sent() throws Exception {
    Answer job = running();
    Follower follower = Follower.of(job.job());
    await().atMost(LONG).until(() -> wanted(job));
    sends(job, Map.of("stdout", part(0, "one\n")));
    follower.awaitText("stdout", "one\n");
    pilot.finishes(job, Map.of("stdout", "one\ntwo\n", "stderr", "only at the end\n"));
    follower.end();
    assertThat(follower.text("stdout")).isEqualTo("one\ntwo\n");
    assertThat(follower.text("stderr")).isEqualTo("only at the end\n");
  }

  @Test
  void an_ended_job_is_followed_by_its_kept_log() throws Exception {
    Answer job = running();
    pilot.finishes(job, Map.of("stdout", "all\n"));
    Follower follower = Follower.of(job.job());
    assertThat(follower.end().path("outcome").asText()).isEqualTo("success");
    assertThat(follower.text("stdout")).isEqualTo("all\n");
  }

  @Test
  void who_follows_a_job_that_waits_is_told_when_it_runs() throws Exception {
    JobDefined defined = Jobs.at(fleet.site);
    said.tell(defined);
    await()
        .atMost(LONG)
        .until(() -> Fleet.get("/jobs/" + defined.job(), Fleet.token("viewer")).status() == 200);
    Follower follower = Follower.of(defined.job());
    await().atMost(LONG).until(() -> !follower.events().isEmpty());
    assertThat(follower.events().get(0).getValue().path("state").asText()).isEqualTo("defined");
    Answer job = pilot.gets();
    pilot.starts(job);
    assertThat(wanted(job)).isTrue();
    sends(job, Map.of("stdout", part(0, "x"), "stderr", part(0, ""), "last", true));
    pilot.finishes(job, Map.of("stdout", "x"));
    follower.end();
    assertThat(follower.text("stdout")).isEqualTo("x");
  }

  @Test
  void a_running_job_has_a_log_while_it_is_followed_and_else_says_why_not() throws Exception {
    Answer job = running();
    String path = "/jobs/" + job.job() + "/log";
    Answer none = Fleet.get(path, Fleet.token("viewer"));
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.body().path("detail").asText()).contains("is running on h", "follow=true");
    sends(job, Map.of("stdout", part(3, "four")));
    Answer live = Fleet.get(path, Fleet.token("viewer"));
    assertThat(live.body().path("stdout").asText()).isEqualTo("four");
    assertThat(live.body().path("live").asBoolean()).isTrue();
  }

  @Test
  void only_the_holder_writes_and_only_of_a_job_that_is() throws Exception {
    Answer job = running();
    Map<String, Object> wrong = Map.of("lease", job.lease() + 1, "stdout", part(0, "x"));
    assertThat(sends(job, wrong).problem()).endsWith("lease-lost");
    assertThat(sends(job, Map.of("stdout", Map.of("data", "eA=="))).status()).isEqualTo(422);
    Follower nobody = Follower.of(UUID.randomUUID());
    assertThat(nobody.ends().get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(404);
  }

  @Test
  void what_nobody_follows_is_forgotten() {
    Answer job = running();
    sends(job, Map.of("stdout", part(0, "x")));
    pool.query("UPDATE live_log SET at = now() - interval '1 minute'").executeAndAwait();
    await()
        .atMost(LONG)
        .until(() -> pool.query("SELECT FROM live_log").executeAndAwait().size() == 0);
  }
}

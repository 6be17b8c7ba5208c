package org.p3s.monitor.projection;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Event;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Facts in, pages and API out. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class MonitorIT extends Folding {

  private final UUID job = Ids.next();
  private final UUID workflow = Ids.next();

  private JobDefined defined(String name) {
    return new JobDefined(
        job,
        workflow,
        "node",
        name,
        "type",
        "payload",
        null,
        Map.of("A", "1"),
        null,
        3,
        100,
        1,
        1,
        "user",
        null,
        null,
        false,
        Map.of(),
        List.of(),
        List.of(),
        null,
        null,
        NOW,
        null,
        null);
  }

  private JobProgress progress(JobProgress.State state, long lease, int second) {
    return new JobProgress(
        job,
        workflow,
        "node",
        state,
        1,
        lease,
        UUID.randomUUID(),
        "local",
        "host",
        7L,
        "/w",
        null,
        NOW.plusSeconds(second));
  }

  private JobFinished finished(int errcode) {
    return new JobFinished(
        job,
        workflow,
        "node",
        "type",
        JobEnd.FINISHED,
        1,
        2,
        errcode,
        null,
        null,
        UUID.randomUUID(),
        "local",
        "host",
        7L,
        "/w",
        NOW.plusSeconds(3),
        NOW.plusSeconds(4),
        NOW.plusSeconds(5),
        0.5,
        1024L,
        List.of(),
        List.of(),
        "out\u0000put",
        "<b>err</b>");
  }

  @Test
  void facts_in_any_order_and_twice_give_the_same_row() {
    List<Event> events =
        List.of(
            defined("job"),
            progress(JobProgress.State.DISPATCHED, 1, 1),
            progress(JobProgress.State.REQUEUED, 1, 2),
            progress(JobProgress.State.DISPATCHED, 2, 3),
            progress(JobProgress.State.RUNNING, 2, 4),
            finished(0));
    for (int seed = 0; seed < 20; seed++) {
      foldShuffled(events, seed);
      as("viewer")
          .get("/api/v1/jobs/" + job)
          .then()
          .statusCode(200)
          .body("state", equalTo("finished"))
          .body("outcome", equalTo("success"))
          .body("priority", equalTo(3))
          .body("name", equalTo("job"))
          .body("ts_def", equalTo("2026-11-24T10:00:00.000Z"))
          .body("ts_sto", equalTo("2026-11-24T10:00:05.000Z"));
    }
  }

  @Test
  void a_batch_may_hold_the_whole_life_of_a_job() {
    fold(defined("all at once"), progress(JobProgress.State.RUNNING, 1, 1), finished(4));
    as("viewer")
        .get("/api/v1/jobs?wfuuid=" + workflow)
        .then()
        .body("items", hasSize(1))
        .body("items[0].outcome", equalTo("failure"))
        .body("items[0].errcode", equalTo(4))
        .body("next", equalTo(null));
  }

  @Test
  void hostile_names_are_shown_as_text() {
    String hostile = "<script>alert(1)</script>\"'\n&";
    fold(
        defined(hostile),
        finished(1),
        new WorkflowDefined(
            workflow,
            hostile,
            "dag",
            1,
            "user",
            1,
            null,
            null,
            null,
            null,
            WorkflowDefined.State.RUNNING,
            NOW,
            NOW));
    for (String page :
        List.of("/", "/jobs", "/workflows", "/jobs/" + job, "/workflows/" + workflow)) {
      as("viewer")
          .get(page)
          .then()
          .statusCode(200)
          .header("Content-Security-Policy", containsString("script-src 'self'"))
          .body(containsString("&lt;script&gt;alert(1)"))
          .body(not(containsString("<script>alert")));
    }
    as("viewer").get("/jobs/" + job).then().body(containsString("&lt;b&gt;err&lt;/b&gt;"));
  }

  @Test
  void a_workflow_that_ended_stays_ended() {
    WorkflowDefined begin =
        new WorkflowDefined(
            workflow,
            "w",
            "dag",
            1,
            "user",
            2,
            null,
            null,
            null,
            null,
            WorkflowDefined.State.RUNNING,
            NOW,
            NOW);
    fold(
        new WorkflowFinished(
            workflow,
            "w",
            "dag",
            1,
            WorkflowFinished.State.FAILED,
            "job a ended",
            2,
            1,
            null,
            null,
            null,
            NOW,
            NOW,
            NOW.plusSeconds(9),
            false));
    fold(begin);
    as("viewer")
        .get("/api/v1/workflows/" + workflow)
        .then()
        .body("state", equalTo("failed"))
        .body("user", equalTo("user"))
        .body("ndone", equalTo(1))
        .body("reason", equalTo("job a ended"));
  }

  @Test
  void a_pilot_that_ended_does_not_come_back_by_a_late_beat() {
    UUID pilot = Ids.next();
    fold(beat(pilot, PilotHeartbeat.Kind.REGISTER, "active", 0));
    fold(beat(pilot, PilotHeartbeat.Kind.END, "timeout", 30));
    fold(beat(pilot, PilotHeartbeat.Kind.BEAT, "running", 31));
    as("viewer")
        .get("/api/v1/pilots?state=timeout")
        .then()
        .body("items.uuid", org.hamcrest.Matchers.hasItem(pilot.toString()));
    as("viewer").get("/pilots").then().statusCode(200).body(containsString(pilot.toString()));
  }

  private static PilotHeartbeat beat(
      UUID pilot, PilotHeartbeat.Kind kind, String state, int second) {
    return new PilotHeartbeat(
        pilot,
        kind,
        "local",
        "host",
        1,
        state,
        "OK",
        1,
        List.of(),
        0,
        null,
        null,
        NOW,
        NOW.plusSeconds(second));
  }

  @Test
  void wrong_filters_are_named_and_strangers_are_kept_out() {
    as("viewer")
        .get("/api/v1/jobs?state=sleeping")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("?state"))
        .body("detail", containsString("running"));
    as("viewer").get("/api/v1/jobs?limit=0").then().statusCode(422);
    as("viewer").get("/api/v1/jobs/" + UUID.randomUUID()).then().statusCode(404);
    for (String path : List.of("/", "/p3s.css", "/p3s.js", "/jobs", "/api/v1/events")) {
      given().get(path).then().statusCode(401);
    }
    as("viewer").get("/p3s.css").then().statusCode(200);
    as("viewer")
        .contentType("application/json")
        .body("{\"service\": \"x\", \"message\": \"y\"}")
        .post("/api/v1/services")
        .then()
        .statusCode(403);
  }

  @Test
  void the_summary_counts_by_state() {
    fold(defined("counted"));
    Map<String, Integer> jobs =
        as("viewer").get("/api/v1/summary").then().statusCode(200).extract().path("jobs");
    assertThat(jobs.values()).allMatch(n -> n > 0);
    assertThat(jobs).containsKey("defined");
  }
}

package org.p3s.monitor.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.p3s.monitor.SampleEvents.jobDefined;
import static org.p3s.monitor.SampleEvents.workflowDefined;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class MonitorApiIT extends MonitorTestBase {

  @Test
  void a_wrong_parameter_is_refused_and_named() {
    as("viewer")
        .get("/api/v1/jobs?state=sleeping")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("?state"))
        .body("detail", containsString("running"));
    as("viewer")
        .get("/api/v1/jobs?since=yesterday")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("?since"));
    as("viewer").get("/api/v1/jobs?limit=0").then().statusCode(422);
    as("viewer").get("/api/v1/jobs/" + UUID.randomUUID()).then().statusCode(404);
    as("viewer").get("/api/v1/workflows/" + UUID.randomUUID()).then().statusCode(404);
  }

  @Test
  void without_a_credential_nothing_can_be_read_and_a_viewer_cannot_write() {
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
    project(jobDefined(Ids.next()).build());
    Map<String, Integer> jobs = get("/api/v1/summary").extract().path("jobs");
    assertThat(jobs.values()).allMatch(n -> n > 0);
    assertThat(jobs).containsKey("defined");
    get("/api/v1/summary")
        .body("windows.seconds", equalTo(List.of(60, 600, 3600, 7200, 86400)))
        .body("dead_letters", notNullValue());
  }

  @Test
  void a_list_that_is_longer_than_its_limit_goes_on_after_its_last_row() {
    String site = "site" + Ids.next();
    for (int i = 0; i < 3; i++) {
      project(jobDefined(Ids.next()).site(site).name("job" + i).build());
    }
    String next =
        get("/api/v1/jobs?limit=2&site=" + site)
            .body("items.name", equalTo(List.of("job2", "job1")))
            .extract()
            .path("next");
    get("/api/v1/jobs?limit=2&site=" + site + "&after=" + next)
        .body("items.name", equalTo(List.of("job0")))
        .body("next", equalTo(null));
  }

  @Test
  void a_workflow_is_shown_with_its_jobs() {
    UUID workflow = Ids.next();
    UUID job = Ids.next();
    project(workflowDefined(workflow).build(), jobDefined(job).wfuuid(workflow).build());
    get("/api/v1/workflows/" + workflow)
        .body("name", equalTo("workflow"))
        .body("jobs.uuid", equalTo(List.of(job.toString())));
  }

  @Test
  void a_line_that_a_person_adds_to_the_service_log_comes_back_by_its_topic() {
    String service = "tool" + Ids.next();
    as("operator")
        .contentType("application/json")
        .body(Map.of("service", service, "message", "calibration done"))
        .post("/api/v1/services")
        .then()
        .statusCode(201)
        .body("level", equalTo("info"));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                get("/api/v1/services?name=" + service)
                    .body("items.message", hasItem("calibration done")));
  }

  @Test
  void results_that_a_tool_adds_come_back_by_their_topic() {
    String type = "purity" + Ids.next();
    Map<String, Object> result = Map.of("run", 7, "type", type, "values", Map.of("mean", 1.5));
    as("operator")
        .contentType("application/json")
        .body(List.of(result, result))
        .post("/api/v1/dqm/results")
        .then()
        .statusCode(201)
        .body("items", hasSize(2));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                get("/api/v1/dqm/results?run=7&type=" + type)
                    .body("items", hasSize(2))
                    .body("items[0].values.mean", equalTo(1.5f)));
    as("operator")
        .contentType("application/json")
        .body(List.of(result, Map.of("run", 7)))
        .post("/api/v1/dqm/results")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/1"));
  }
}

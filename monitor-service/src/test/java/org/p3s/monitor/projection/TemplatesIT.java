package org.p3s.monitor.projection;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Workflows that were made as templates have not started, and are not said to have. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class TemplatesIT extends Folding {

  private static final Instant STARTED = NOW.plusSeconds(60);

  private UUID workflow = Ids.next();

  private WorkflowDefined told(WorkflowDefined.State state, @Nullable Instant started) {
    return new WorkflowDefined(
        workflow, "w", "dag", 1, "user", 2, null, null, null, null, state, NOW, started);
  }

  private WorkflowDefined template() {
    return told(WorkflowDefined.State.TEMPLATE, null);
  }

  private WorkflowDefined running() {
    return told(WorkflowDefined.State.RUNNING, STARTED);
  }

  private WorkflowFinished ended(WorkflowFinished.State state, @Nullable Instant started) {
    return new WorkflowFinished(
        workflow,
        "w",
        "dag",
        1,
        state,
        null,
        2,
        2,
        null,
        null,
        null,
        NOW,
        started,
        NOW.plusSeconds(90),
        false);
  }

  private ValidatableResponse shown() {
    return as("viewer").get("/api/v1/workflows/" + workflow).then().statusCode(200);
  }

  @Test
  void a_template_has_not_started_until_it_is_told_so() {
    fold(template());
    shown()
        .body("state", equalTo("template"))
        .body("outcome", nullValue())
        .body("ts_sta", nullValue());
    as("viewer")
        .get("/api/v1/workflows?state=template")
        .then()
        .body("items.uuid", hasItem(workflow.toString()));
    fold(running());
    fold(template());
    shown()
        .body("state", equalTo("running"))
        .body("user", equalTo("user"))
        .body("ts_def", equalTo("2026-11-24T10:00:00.000Z"))
        .body("ts_sta", equalTo("2026-11-24T10:01:00.000Z"));
    as("viewer")
        .get("/api/v1/workflows?state=template")
        .then()
        .body("items.uuid", not(hasItem(workflow.toString())));
  }

  @Test
  void a_batch_may_hold_a_template_and_its_start() {
    fold(template(), running(), template());
    shown().body("state", equalTo("running")).body("ts_sta", equalTo("2026-11-24T10:01:00.000Z"));
  }

  @Test
  void a_template_its_start_and_its_end_in_any_order_give_the_same_row() {
    for (int seed = 0; seed < 20; seed++) {
      workflow = Ids.next();
      foldShuffled(
          List.of(template(), running(), ended(WorkflowFinished.State.FINISHED, STARTED)), seed);
      shown()
          .body("state", equalTo("finished"))
          .body("outcome", equalTo("success"))
          .body("ts_sta", equalTo("2026-11-24T10:01:00.000Z"));
    }
  }

  @Test
  void a_template_that_is_cancelled_never_started() {
    fold(template(), ended(WorkflowFinished.State.CANCELLED, null));
    fold(template());
    shown()
        .body("state", equalTo("cancelled"))
        .body("outcome", equalTo("failure"))
        .body("ts_sta", nullValue());
  }
}

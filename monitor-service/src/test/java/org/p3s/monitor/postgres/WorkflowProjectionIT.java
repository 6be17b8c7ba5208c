package org.p3s.monitor.postgres;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.p3s.monitor.SampleEvents.NOW;
import static org.p3s.monitor.SampleEvents.workflowDefined;
import static org.p3s.monitor.SampleEvents.workflowFinished;

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
import org.p3s.monitor.MonitorTestBase;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class WorkflowProjectionIT extends MonitorTestBase {

  private static final Instant STARTED = NOW.plusSeconds(60);

  private UUID workflow = Ids.next();

  private WorkflowDefined template() {
    return workflowDefined(workflow).state(WorkflowDefined.State.TEMPLATE).tsSta(null).build();
  }

  private WorkflowDefined running() {
    return workflowDefined(workflow).tsSta(STARTED).build();
  }

  private WorkflowFinished ended(WorkflowFinished.State state, @Nullable Instant started) {
    return workflowFinished(workflow, state).tsSta(started).tsSto(NOW.plusSeconds(90)).build();
  }

  private ValidatableResponse shown() {
    return get("/api/v1/workflows/" + workflow);
  }

  @Test
  void a_workflow_that_was_made_as_a_template_has_not_started() {
    project(template());
    shown()
        .body("state", equalTo("template"))
        .body("outcome", nullValue())
        .body("ts_sta", nullValue());
    get("/api/v1/workflows?state=template").body("items.uuid", hasItem(workflow.toString()));
  }

  @Test
  void a_template_that_started_runs_also_when_its_definition_comes_again() {
    project(template());
    project(running());
    project(template());
    shown()
        .body("state", equalTo("running"))
        .body("user", equalTo("user"))
        .body("ts_def", equalTo("2026-11-24T10:00:00.000Z"))
        .body("ts_sta", equalTo("2026-11-24T10:01:00.000Z"));
    get("/api/v1/workflows?state=template").body("items.uuid", not(hasItem(workflow.toString())));
  }

  @Test
  void a_batch_may_hold_a_template_and_its_start() {
    project(template(), running(), template());
    shown().body("state", equalTo("running")).body("ts_sta", equalTo("2026-11-24T10:01:00.000Z"));
  }

  @Test
  void definition_start_and_end_of_a_template_in_any_order_give_the_same_row() {
    for (int seed = 0; seed < 20; seed++) {
      workflow = Ids.next();
      projectShuffled(
          List.of(template(), running(), ended(WorkflowFinished.State.FINISHED, STARTED)), seed);
      shown()
          .body("state", equalTo("finished"))
          .body("outcome", equalTo("success"))
          .body("ts_sta", equalTo("2026-11-24T10:01:00.000Z"));
    }
  }

  @Test
  void a_template_that_is_cancelled_never_started() {
    project(template(), ended(WorkflowFinished.State.CANCELLED, null));
    project(template());
    shown()
        .body("state", equalTo("cancelled"))
        .body("outcome", equalTo("failure"))
        .body("ts_sta", nullValue());
  }

  @Test
  void a_workflow_that_ended_stays_ended() {
    project(
        workflowFinished(workflow, WorkflowFinished.State.FAILED)
            .reason("job a ended")
            .ndone(1)
            .build());
    project(workflowDefined(workflow).build());
    shown()
        .body("state", equalTo("failed"))
        .body("user", equalTo("user"))
        .body("ndone", equalTo(1))
        .body("reason", equalTo("job a ended"));
  }
}

package org.p3s.monitor.kafka;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.p3s.monitor.SampleEvents.fileArrived;
import static org.p3s.monitor.SampleEvents.jobDefined;
import static org.p3s.monitor.SampleEvents.jobFinished;
import static org.p3s.monitor.SampleEvents.jobProgress;
import static org.p3s.monitor.SampleEvents.pilotHeartbeat;
import static org.p3s.monitor.SampleEvents.workflowDefined;
import static org.p3s.monitor.SampleEvents.workflowFinished;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Event;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.ServiceRecord;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.monitor.SampleEvents;
import org.p3s.platform.kafka.Publisher;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Events that other services send to their topics are shown. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class AllTopicsConsumerIT extends MonitorTestBase {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Inject Publisher publisher;

  private final UUID job = Ids.next();
  private final UUID workflow = Ids.next();
  private final UUID file = Ids.next();
  private final UUID pilot = Ids.next();
  private final UUID line = Ids.next();
  private final UUID result = Ids.next();

  /** One event of each topic. */
  private List<Event> events() {
    return List.of(
        fileArrived(file).watch("watch" + file).build(),
        workflowDefined(workflow).file(file).build(),
        jobDefined(job).wfuuid(workflow).build(),
        jobProgress(job, JobProgress.State.RUNNING).wfuuid(workflow).build(),
        jobFinished(job).wfuuid(workflow).build(),
        workflowFinished(workflow, WorkflowFinished.State.FINISHED).file(file).build(),
        pilotHeartbeat(pilot).build(),
        new ServiceRecord(line, "service" + line, "info", "started", SampleEvents.NOW),
        new DqmResult(
            result,
            11,
            null,
            "type" + result,
            Map.of("mean", 2),
            null,
            job,
            workflow,
            SampleEvents.NOW));
  }

  @Test
  void an_event_of_each_topic_is_shown() {
    events().forEach(event -> publisher.send(event).await().atMost(LIMIT));
    await().atMost(LIMIT).untilAsserted(this::assertAllIsShown);
  }

  private void assertAllIsShown() {
    as("viewer").get("/api/v1/jobs/" + job).then().body("outcome", equalTo("success"));
    as("viewer").get("/api/v1/workflows/" + workflow).then().body("state", equalTo("finished"));
    get("/api/v1/files?watch=watch" + file).body("items[0].state", equalTo("processed"));
    get("/api/v1/pilots").body("items.uuid", hasItem(pilot.toString()));
    get("/api/v1/services?name=service" + line).body("items[0].message", equalTo("started"));
    get("/api/v1/dqm/results?type=type" + result).body("items[0].values.mean", equalTo(2));
  }
}

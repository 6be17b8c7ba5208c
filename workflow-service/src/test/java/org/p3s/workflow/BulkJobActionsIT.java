package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Changes of all selected jobs. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class BulkJobActionsIT extends WorkflowServiceTestBase {

  private final String type = "type-" + UUID.randomUUID();

  private List<UUID> submit(int replicas, String more) {
    String job = "{\"jobtype\":\"" + type + "\",\"payload\":\"true\"" + more + "}";
    Answer made = WorkflowApi.post("/jobs?replicas=" + replicas, job);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuids();
  }

  private static long count(String verb, String query) {
    Answer answer = WorkflowApi.post("/jobs/" + verb + "?" + query, "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("count").asLong();
  }

  private static void makeRunning(UUID job, String site) {
    events.send(BrokerEvents.jobRunning(job, site));
    awaitJobState(job, "running");
  }

  private long countWithdrawn(List<UUID> jobs) {
    return events.received(JobWithdrawn.class, w -> jobs.contains(w.job())).size();
  }

  @Test
  void all_jobs_of_a_type_are_counted_and_then_cancelled_in_steps() {
    List<UUID> jobs = submit(900, "");
    List<UUID> more = submit(300, ",\"name\":\"other\"");
    assertThat(count("cancel", "jobtype=" + type + "&dry_run=true")).isEqualTo(1200);
    assertThat(countWithdrawn(jobs)).isZero();
    assertThat(count("cancel", "jobtype=" + type + "&name=other")).isEqualTo(300);
    await().atMost(ServiceEvents.TIMEOUT).until(() -> countWithdrawn(more) == 300);
    assertThat(count("cancel", "jobtype=" + type)).isEqualTo(1200);
    await().atMost(ServiceEvents.TIMEOUT).until(() -> countWithdrawn(jobs) == 900);
    JobWithdrawn one = events.awaitFirst(JobWithdrawn.class, w -> w.job().equals(jobs.get(0)));
    assertThat(one.waitingOnly()).isFalse();
    assertThat(one.reason()).isEqualTo("cancelled by operator");
  }

  @Test
  void a_job_must_match_all_selectors() {
    List<UUID> jobs = submit(3, "");
    List<UUID> bound = submit(1, ",\"site\":\"east\"");
    String ofType = "jobtype=" + type + "&dry_run=true";
    assertThat(count("cancel", ofType)).isEqualTo(4);
    assertThat(count("cancel", ofType + "&state=defined")).isEqualTo(4);
    assertThat(count("cancel", ofType + "&state=running")).isZero();
    assertThat(count("cancel", ofType + "&user=operator")).isEqualTo(4);
    assertThat(count("cancel", ofType + "&user=nobody")).isZero();
    assertThat(count("cancel", ofType + "&site=east")).isEqualTo(1);
    assertThat(count("cancel", ofType + "&wfuuid=" + UUID.randomUUID())).isZero();
    assertThat(count("cancel", ofType + "&uuid=" + jobs.get(0) + "&uuid=" + bound.get(0)))
        .isEqualTo(2);
    assertThat(count("cancel", ofType + "&site=east&uuid=" + jobs.get(0))).isZero();
  }

  @Test
  void the_site_of_a_running_job_is_that_of_its_pilot() {
    List<UUID> jobs = submit(2, "");
    makeRunning(jobs.get(0), "west");
    assertThat(count("cancel", "jobtype=" + type + "&site=west")).isEqualTo(1);
    await().atMost(ServiceEvents.TIMEOUT).until(() -> countWithdrawn(jobs) == 1);
    assertThat(countWithdrawn(jobs.subList(0, 1))).isEqualTo(1);
  }

  @Test
  void only_the_priority_of_waiting_jobs_is_changed() {
    List<UUID> jobs = submit(3, "");
    makeRunning(jobs.get(0), "west");
    assertThat(count("adjust", "jobtype=" + type + "&priority=9&dry_run=true")).isEqualTo(2);
    assertThat(count("adjust", "jobtype=" + type + "&priority=9")).isEqualTo(2);
    assertThat(getJob(jobs.get(0)).path("priority").asInt()).isZero();
    assertThat(getJob(jobs.get(1)).path("priority").asInt()).isEqualTo(9);
    JobAdjusted adjusted = events.awaitFirst(JobAdjusted.class, a -> a.job().equals(jobs.get(2)));
    assertThat(adjusted.priority()).isEqualTo(9);
    assertThat(events.received(JobAdjusted.class, a -> a.job().equals(jobs.get(0)))).isEmpty();
  }

  @Test
  void a_template_ends_at_once_and_an_ended_job_is_not_changed() {
    List<UUID> jobs = submit(1, ",\"state\":\"template\"");
    assertThat(count("cancel", "uuid=" + jobs.get(0))).isEqualTo(1);
    assertThat(getJob(jobs.get(0)).path("state").asText()).isEqualTo("cancelled");
    assertThat(count("cancel", "uuid=" + jobs.get(0))).isZero();
    assertThat(countWithdrawn(jobs)).isZero();
  }

  @Test
  void jobs_that_wait_for_their_parents_are_not_cancelled() {
    UUID workflow = createWorkflow(loadDag("IN>a", "a>b"));
    JobDefined a = events.awaitJobDefined(workflow, "a");
    assertThat(count("cancel", "wfuuid=" + workflow)).isEqualTo(1);
    events.awaitFirst(JobWithdrawn.class, w -> w.job().equals(a.job()));
  }

  @Test
  void without_a_selector_or_with_a_wrong_one_nothing_is_changed() {
    assertThat(WorkflowApi.post("/jobs/cancel", "").status()).isEqualTo(422);
    assertThat(WorkflowApi.post("/jobs/adjust?priority=1", "").status()).isEqualTo(422);
    assertThat(WorkflowApi.post("/jobs/adjust?jobtype=" + type, "").status()).isEqualTo(422);
    assertThat(WorkflowApi.post("/jobs/cancel?state=finished", "").status()).isEqualTo(422);
    assertThat(
            WorkflowApi.call("POST", "/jobs/cancel?jobtype=x", "viewer", null, new byte[0])
                .status())
        .isEqualTo(403);
  }
}

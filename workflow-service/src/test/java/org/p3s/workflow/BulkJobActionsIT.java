package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.p3s.workflow.Wire.Answer;

/** What is done to all jobs that selectors choose. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class BulkJobActionsIT extends WorkflowServiceTestBase {

  private final String type = "type-" + UUID.randomUUID();

  private List<UUID> submit(int replicas, String more) {
    String job = "{\"jobtype\":\"" + type + "\",\"payload\":\"true\"" + more + "}";
    Answer made = Wire.post("/jobs?replicas=" + replicas, job);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuids();
  }

  private static long done(String verb, String query) {
    Answer answer = Wire.post("/jobs/" + verb + "?" + query, "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("count").asLong();
  }

  private static JsonNode job(UUID uuid) {
    return Wire.get("/jobs/" + uuid).json();
  }

  private static void running(UUID job, String site) {
    wire.tell(Wire.runs(job, site));
    await().atMost(Wire.LONG).until(() -> job(job).path("state").asText().equals("running"));
  }

  private long withdrawn(List<UUID> jobs) {
    return wire.all(JobWithdrawn.class, w -> jobs.contains(w.job())).size();
  }

  @Test
  void all_jobs_of_a_type_are_cancelled_in_steps_and_counted_before() {
    List<UUID> jobs = submit(900, "");
    List<UUID> more = submit(300, ",\"name\":\"other\"");
    assertThat(done("cancel", "jobtype=" + type + "&dry_run=true")).isEqualTo(1200);
    assertThat(withdrawn(jobs)).isZero();
    assertThat(done("cancel", "jobtype=" + type + "&name=other")).isEqualTo(300);
    await().atMost(Wire.LONG).until(() -> withdrawn(more) == 300);
    assertThat(done("cancel", "jobtype=" + type)).isEqualTo(1200);
    await().atMost(Wire.LONG).until(() -> withdrawn(jobs) == 900);
    JobWithdrawn one = wire.one(JobWithdrawn.class, w -> w.job().equals(jobs.get(0)));
    assertThat(one.waitingOnly()).isFalse();
    assertThat(one.reason()).isEqualTo("cancelled by operator");
  }

  @Test
  void selectors_narrow_each_other() {
    List<UUID> jobs = submit(3, "");
    List<UUID> bound = submit(1, ",\"site\":\"east\"");
    String ofType = "jobtype=" + type + "&dry_run=true";
    assertThat(done("cancel", ofType)).isEqualTo(4);
    assertThat(done("cancel", ofType + "&state=defined")).isEqualTo(4);
    assertThat(done("cancel", ofType + "&state=running")).isZero();
    assertThat(done("cancel", ofType + "&user=operator")).isEqualTo(4);
    assertThat(done("cancel", ofType + "&user=nobody")).isZero();
    assertThat(done("cancel", ofType + "&site=east")).isEqualTo(1);
    assertThat(done("cancel", ofType + "&wfuuid=" + UUID.randomUUID())).isZero();
    assertThat(done("cancel", ofType + "&uuid=" + jobs.get(0) + "&uuid=" + bound.get(0)))
        .isEqualTo(2);
    assertThat(done("cancel", ofType + "&site=east&uuid=" + jobs.get(0))).isZero();
  }

  @Test
  void the_site_of_a_job_that_runs_is_where_it_runs() {
    List<UUID> jobs = submit(2, "");
    running(jobs.get(0), "west");
    assertThat(done("cancel", "jobtype=" + type + "&site=west")).isEqualTo(1);
    await().atMost(Wire.LONG).until(() -> withdrawn(jobs) == 1);
    assertThat(withdrawn(jobs.subList(0, 1))).isEqualTo(1);
  }

  @Test
  void priorities_change_only_where_jobs_wait() {
    List<UUID> jobs = submit(3, "");
    running(jobs.get(0), "west");
    assertThat(done("adjust", "jobtype=" + type + "&priority=9&dry_run=true")).isEqualTo(2);
    assertThat(done("adjust", "jobtype=" + type + "&priority=9")).isEqualTo(2);
    assertThat(job(jobs.get(0)).path("priority").asInt()).isZero();
    assertThat(job(jobs.get(1)).path("priority").asInt()).isEqualTo(9);
    JobAdjusted told = wire.one(JobAdjusted.class, a -> a.job().equals(jobs.get(2)));
    assertThat(told.priority()).isEqualTo(9);
    assertThat(wire.all(JobAdjusted.class, a -> a.job().equals(jobs.get(0)))).isEmpty();
  }

  @Test
  void a_job_that_rests_on_its_own_ends_at_once_and_one_that_ended_is_left_alone() {
    List<UUID> jobs = submit(1, ",\"state\":\"template\"");
    assertThat(done("cancel", "uuid=" + jobs.get(0))).isEqualTo(1);
    assertThat(job(jobs.get(0)).path("state").asText()).isEqualTo("cancelled");
    assertThat(done("cancel", "uuid=" + jobs.get(0))).isZero();
    assertThat(withdrawn(jobs)).isZero();
  }

  @Test
  void jobs_that_wait_for_their_parents_are_not_cancelled_one_by_one() {
    String dag = "dag-" + UUID.randomUUID();
    assertThat(Wire.load("name=" + dag, GraphMlText.of("IN>a", "a>b")).status()).isEqualTo(201);
    UUID workflow = Wire.post("/workflows", "{\"dag\":\"" + dag + "\"}").uuid();
    JobDefined a = wire.defined(workflow, "a");
    assertThat(done("cancel", "wfuuid=" + workflow)).isEqualTo(1);
    wire.one(JobWithdrawn.class, w -> w.job().equals(a.job()));
  }

  @Test
  void without_a_selector_or_with_a_wrong_one_nothing_is_done() {
    assertThat(Wire.post("/jobs/cancel", "").status()).isEqualTo(422);
    assertThat(Wire.post("/jobs/adjust?priority=1", "").status()).isEqualTo(422);
    assertThat(Wire.post("/jobs/adjust?jobtype=" + type, "").status()).isEqualTo(422);
    assertThat(Wire.post("/jobs/cancel?state=finished", "").status()).isEqualTo(422);
    assertThat(Wire.call("POST", "/jobs/cancel?jobtype=x", "viewer", null, new byte[0]).status())
        .isEqualTo(403);
  }
}

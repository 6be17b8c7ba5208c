package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Finish reports that the broker does not accept at once. */
class FinishReportDeliveryIT extends PilotProcessFixture {

  @Test
  void a_report_that_was_not_accepted_is_sent_again_also_by_the_next_pilot() throws Exception {
    services.finishStatus = 503;
    UUID job = services.addJob("true", Map.of());
    String path = "/leases/" + job + "/finish";
    await().atMost(MAX_WAIT).until(() -> services.requestBodies(path).size() >= 2);
    pilot.destroyForcibly().waitFor();
    assertThat(spooledReports()).isEqualTo(1);
    services.finishStatus = 200;
    pilot = startPilot();
    await().atMost(MAX_WAIT).until(() -> spooledReports() == 0);
    assertThat(services.requestBodies(path))
        .allSatisfy(b -> assertThat(b).containsEntry("lease", 17));
  }

  @Test
  void a_pilot_that_ends_with_an_undelivered_report_does_not_deregister() throws Exception {
    services.finishStatus = 503;
    UUID job = services.addJob("true", Map.of());
    String path = "/leases/" + job + "/finish";
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies(path).isEmpty());
    pilot.destroy();
    assertThat(pilot.waitFor(12, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(services.calls.toString()).doesNotContain("DELETE /api/v1/pilots/");
    // After a last heartbeat the next pilot has as much time as possible to deliver the report.
    assertThat(services.calls.get(services.calls.size() - 1).request()).endsWith("/beat");
    services.finishStatus = 200;
    services.calls.clear();
    pilot = startPilot();
    assertThat(awaitReport(job)).containsEntry("state", "finished").containsEntry("errcode", 0);
    await().atMost(MAX_WAIT).until(() -> spooledReports() == 0);
  }

  @Test
  void after_a_temporary_refusal_the_report_is_delivered_and_the_job_does_not_run_twice()
      throws Exception {
    services.finishStatus = 404;
    String payload = "echo x >> " + dir.resolve("ran");
    UUID job = services.addJob(payload, IN_SHELL);
    String path = "/leases/" + job + "/finish";
    await().atMost(MAX_WAIT).until(() -> services.requestBodies(path).size() >= 2);
    assertThat(spooledReports()).isEqualTo(1);
    services.finishStatus = 200;
    await().atMost(MAX_WAIT).until(() -> spooledReports() == 0);
    int sentBefore = services.requestBodies(path).size();
    services.addJob(job, payload, IN_SHELL);
    await().atMost(MAX_WAIT).until(() -> services.requestBodies(path).size() > sentBefore);
    assertThat(runJob("echo well", IN_SHELL)).containsEntry("stdout", "well\n");
    assertThat(services.requestBodies(path))
        .allSatisfy(
            body -> assertThat(body).containsEntry("lease", 17).containsEntry("errcode", 0));
    assertThat(Files.readString(dir.resolve("ran"))).isEqualTo("x\n");
    assertThat(work().resolve("spool/refused")).isEmptyDirectory();
  }

  @Test
  void a_report_that_is_too_large_for_the_broker_is_sent_without_logs_and_results() {
    services.finishStatus = 413;
    UUID job = services.addJob("echo out; echo '[{\"run\":1}]' > dqm.json; exit 3", IN_SHELL);
    String path = "/leases/" + job + "/finish";
    await().atMost(MAX_WAIT).until(() -> services.requestBodies(path).size() >= 2);
    assertThat(services.requestBodies(path).get(0))
        .containsEntry("stdout", "out\n")
        .containsKey("dqm");
    assertThat(services.requestBodies(path).get(1))
        .containsEntry("errcode", 3)
        .containsEntry("stdout", "")
        .doesNotContainKey("dqm")
        .extractingByKey("dqm_problem")
        .asString()
        .contains("413");
    services.finishStatus = 200;
    await().atMost(MAX_WAIT).until(() -> spooledReports() == 0);
  }
}

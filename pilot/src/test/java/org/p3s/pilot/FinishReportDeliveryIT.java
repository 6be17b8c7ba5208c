package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Reports that the broker does not take at once. */
class FinishReportDeliveryIT extends PilotProcessFixture {

  @Test
  void a_report_that_was_not_taken_is_brought_again_also_by_the_next_pilot() throws Exception {
    services.finishStatus = 503;
    UUID job = services.offer("true", Map.of());
    String path = "/leases/" + job + "/finish";
    await().atMost(LONG).until(() -> services.bodies(path).size() >= 2);
    pilot.destroyForcibly().waitFor();
    assertThat(spooled()).isEqualTo(1);
    services.finishStatus = 200;
    pilot = pilot();
    await().atMost(LONG).until(() -> spooled() == 0);
    assertThat(services.bodies(path)).allSatisfy(b -> assertThat(b).containsEntry("lease", 17));
  }

  @Test
  void a_pilot_that_ends_with_a_report_in_hand_says_no_goodbye_so_that_the_next_can_bring_it()
      throws Exception {
    services.finishStatus = 503;
    UUID job = services.offer("true", Map.of());
    String path = "/leases/" + job + "/finish";
    await().atMost(LONG).until(() -> !services.bodies(path).isEmpty());
    pilot.destroy();
    assertThat(pilot.waitFor(12, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(services.calls.toString()).doesNotContain("DELETE /api/v1/pilots/");
    // All the time until it is called lost is left.
    assertThat(services.calls.get(services.calls.size() - 1).what()).endsWith("/beat");
    services.finishStatus = 200;
    services.calls.clear();
    pilot = pilot();
    assertThat(report(job)).containsEntry("state", "finished").containsEntry("errcode", 0);
    await().atMost(LONG).until(() -> spooled() == 0);
  }

  @Test
  void a_refusal_that_is_not_for_good_costs_no_report_and_runs_nothing_twice() throws Exception {
    services.finishStatus = 404;
    String payload = "echo x >> " + dir.resolve("ran");
    UUID job = services.offer(payload, SHELL);
    String path = "/leases/" + job + "/finish";
    await().atMost(LONG).until(() -> services.bodies(path).size() >= 2);
    assertThat(spooled()).isEqualTo(1);
    services.finishStatus = 200;
    await().atMost(LONG).until(() -> spooled() == 0);
    int brought = services.bodies(path).size();
    services.offer(job, payload, SHELL);
    await().atMost(LONG).until(() -> services.bodies(path).size() > brought);
    assertThat(run("echo well", SHELL)).containsEntry("stdout", "well\n");
    assertThat(services.bodies(path))
        .allSatisfy(
            body -> assertThat(body).containsEntry("lease", 17).containsEntry("errcode", 0));
    assertThat(Files.readString(dir.resolve("ran"))).isEqualTo("x\n");
    assertThat(work().resolve("spool/refused")).isEmptyDirectory();
  }

  @Test
  void a_report_that_is_too_large_for_the_broker_goes_without_logs_and_results() {
    services.finishStatus = 413;
    UUID job = services.offer("echo out; echo '[{\"run\":1}]' > dqm.json; exit 3", SHELL);
    String path = "/leases/" + job + "/finish";
    await().atMost(LONG).until(() -> services.bodies(path).size() >= 2);
    assertThat(services.bodies(path).get(0)).containsEntry("stdout", "out\n").containsKey("dqm");
    assertThat(services.bodies(path).get(1))
        .containsEntry("errcode", 3)
        .containsEntry("stdout", "")
        .doesNotContainKey("dqm")
        .extractingByKey("dqm_problem")
        .asString()
        .contains("413");
    services.finishStatus = 200;
    await().atMost(LONG).until(() -> spooled() == 0);
  }
}

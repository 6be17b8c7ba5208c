package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p3s.pilot.payload.LogTail;

/** The real jar with real payload processes, against {@link FakeServices}. */
class PilotIT extends PilotProcessFixture {

  @Test
  void a_payload_runs_and_its_end_is_reported_with_all_details() throws Exception {
    Path out = dir.resolve("out.txt");
    Map<String, Object> report =
        runJob(
            "echo out; echo err >&2; echo x > " + out + "; echo '[{\"run\":1}]' > dqm.json; exit 3",
            Map.of(
                "env", Map.of("P3S_EXECMODE", "SHELL", "P3S_CHECKSUM", "adler32"),
                "outputs", List.of(out.toString(), "/no/such")));
    assertThat(report).containsEntry("state", "finished").containsEntry("errcode", 3);
    assertThat(report).containsEntry("stdout", "out\n").containsEntry("stderr", "err\n");
    assertThat(report.get("dqm")).isEqualTo(List.of(Map.of("run", 1)));
    assertThat(text(report, "outputs"))
        .contains("exists=true, size=2", "checksum=adler32:00fc0083", "exists=false");
    assertThat(services.requestBodies("/start")).hasSize(1);
    assertThat(services.requestBodies("/start").get(0).get("pid")).isEqualTo(report.get("pid"));
    assertThat(report.get("cpu_s")).isNotNull();
    await().atMost(MAX_WAIT).until(() -> spooledReports() == 0);
  }

  @Test
  void input_files_are_reported_as_they_were_before_the_payload_began() throws Exception {
    Path in = Files.writeString(dir.resolve("in.txt"), "x\n");
    Path eaten = Files.writeString(dir.resolve("eaten.txt"), "four");
    Map<String, Object> report =
        runJob(
            "rm " + eaten + " && echo longer > own.txt",
            Map.of(
                "env",
                Map.of("P3S_EXECMODE", "SHELL", "P3S_CHECKSUM", "adler32"),
                "inputs",
                List.of(in.toString(), eaten.toString(), "own.txt", "root://far//x")));
    assertThat(text(report, "inputs"))
        .contains("exists=true, size=2", "checksum=adler32:00fc0083", "exists=true, size=4")
        .contains("path=own.txt, exists=false, size=null, mtime=null}")
        .doesNotContain("root://");
  }

  @Test
  void results_that_are_null_disturb_neither_the_report_nor_the_slot() {
    assertThat(runJob("echo null > dqm.json", IN_SHELL))
        .containsEntry("errcode", 0)
        .containsEntry("dqm", null)
        .doesNotContainKey("dqm_problem");
    assertThat(runJob("echo well", IN_SHELL)).containsEntry("stdout", "well\n");
  }

  @Test
  void words_are_split_without_a_shell_and_the_environment_is_clean() throws Exception {
    Map<String, Object> echo = runJob("echo '$HOME' 'a  b'", Map.of("params", "c"));
    assertThat(echo.get("stdout")).isEqualTo("$HOME a  b c\n");
    Map<String, Object> env = runJob("env", Map.of("env", Map.of("MINE", "m")));
    assertThat(text(env, "stdout"))
        .contains("MINE=m", "FROM_SITE=s", "P3S_JOB_UUID=", "P3S_PILOT_UUID=", "PATH=")
        .doesNotContain("top-secret", "join-secret", "pilot-token");
    assertThat(Files.readString(log())).doesNotContain("join-secret", "pilot-token");
  }

  @Test
  void a_signal_is_reported() {
    Map<String, Object> report = runJob("kill -9 $$", IN_SHELL);
    assertThat(report).containsEntry("errcode", 137).containsEntry("signal", 9);
  }

  @Test
  void a_payload_that_cannot_start_reports_the_reason() throws Exception {
    assertThat(runJob("/no/such/program a", Map.of()))
        .containsEntry("state", "nonstarter")
        .containsEntry("errcode", 127)
        .extractingByKey("reason")
        .asString()
        .contains("/no/such/program");
    Path plain = Files.writeString(dir.resolve("plain"), "x");
    assertThat(runJob(plain.toString(), Map.of()))
        .containsEntry("state", "nonstarter")
        .containsEntry("errcode", 126)
        .extractingByKey("reason")
        .asString()
        .contains(plain.toString());
  }

  @Test
  void a_payload_over_its_time_limit_that_ignores_term_is_killed_with_its_children()
      throws Exception {
    long before = System.nanoTime();
    Map<String, Object> report =
        runJob(
            "trap '' TERM; (trap '' TERM; sleep 300) & echo $! > "
                + dir.resolve("child")
                + "; sleep 300; sleep 300",
            Map.of("timelimit", 1, "env", Map.of("P3S_EXECMODE", "1")));
    assertThat(report).containsEntry("state", "timelimit").containsEntry("errcode", 77);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(MAX_WAIT.dividedBy(6), MAX_WAIT);
    long child = awaitPidIn("child");
    await().atMost(MAX_WAIT).until(() -> !isAlive(child));
  }

  @Test
  void a_process_that_a_payload_leaves_in_another_session_ends_with_the_payload() throws Exception {
    Map<String, Object> report =
        runJob(
            "setsid sh -c 'echo $$ > "
                + dir.resolve("daemon")
                + "; exec sleep 300' &"
                + " while [ ! -s "
                + dir.resolve("daemon")
                + " ]; do sleep 0.05; done",
            IN_SHELL);
    assertThat(report).containsEntry("errcode", 0);
    long daemon = awaitPidIn("daemon");
    await().atMost(MAX_WAIT).until(() -> !isAlive(daemon));
  }

  @Test
  void of_a_very_long_output_only_the_end_is_reported() {
    Map<String, Object> report =
        runJob("head -c 20000000 /dev/zero | tr '\\0' 'a'; printf 'the\\0end\\377'", IN_SHELL);
    String text = text(report, "stdout");
    assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(LogTail.MAX_BYTES);
    assertThat(text).endsWith("the\uFFFDend\uFFFD").startsWith("aaa");
  }

  @Test
  void when_a_pilot_is_killed_its_payload_ends() throws Exception {
    services.addJob(
        "sleep 300 & echo $! > "
            + dir.resolve("child")
            + "; echo $$ > "
            + dir.resolve("leader")
            + "; wait",
        IN_SHELL);
    long leader = awaitPidIn("leader");
    long child = awaitPidIn("child");
    pilot.destroyForcibly().waitFor();
    await().atMost(MAX_WAIT).until(() -> !isAlive(leader) && !isAlive(child));
  }

  @Test
  void after_term_the_pilot_ends_its_payload_reports_it_and_deregisters() throws Exception {
    UUID job = services.addJob("echo $$ > " + dir.resolve("leader") + "; sleep 300", IN_SHELL);
    long leader = awaitPidIn("leader");
    pilot.destroy();
    assertThat(pilot.waitFor(12, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(awaitReport(job)).containsEntry("state", "killed");
    assertThat(isAlive(leader)).isFalse();
    assertThat(services.calls.toString()).contains("DELETE /api/v1/pilots/");
  }

  @Test
  void after_term_the_pilot_ends_in_time_also_if_no_service_can_be_reached() throws Exception {
    services.addJob("echo $$ > " + dir.resolve("leader") + "; sleep 300", IN_SHELL);
    long leader = awaitPidIn("leader");
    services.close();
    pilot.destroy();
    assertThat(pilot.waitFor(12, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(isAlive(leader)).isFalse();
    assertThat(spooledReports()).isEqualTo(1);
  }

  @Test
  void a_lost_lease_stops_the_payload_and_its_report_is_kept_in_the_work_directory()
      throws Exception {
    services.startStatus = 409;
    UUID job = services.addJob("sleep 300", Map.of());
    await().atMost(MAX_WAIT).until(() -> Files.readString(log()).contains("logs stay here"));
    assertThat(work().resolve("spool/refused/" + job + ".17.json")).content().contains("killed");
    assertThat(services.requestBodies("/leases/" + job + "/finish")).isEmpty();
  }

  @Test
  void a_cancelled_job_is_stopped_and_reported() {
    UUID job = services.addJob("sleep 300", Map.of());
    services.leaseAnswer = "{\"state\":\"running\",\"stop\":true,\"reason\":\"by ann\"}";
    assertThat(awaitReport(job))
        .containsEntry("state", "cancelled")
        .containsEntry("reason", "by ann");
  }

  @Test
  void a_pilot_that_was_declared_lost_stops_its_payload_and_registers_as_a_new_one() {
    UUID job = services.addJob("sleep 300", Map.of());
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies("/start").isEmpty());
    services.beatStatus = 410;
    assertThat(awaitReport(job)).containsEntry("state", "killed");
    services.beatStatus = 200;
    await()
        .atMost(MAX_WAIT)
        .until(
            () ->
                services.requestBodies("POST /api/v1/pilots").stream()
                        .map(b -> b.get("uuid"))
                        .distinct()
                        .count()
                    >= 2);
  }

  @Test
  void after_a_drain_command_the_payload_ends_by_itself_and_then_the_pilot() throws Exception {
    UUID job = services.addJob("sleep 3", Map.of());
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies("/start").isEmpty());
    services.commands.add(Map.of("order", "drain"));
    assertThat(awaitReport(job)).containsEntry("state", "finished").containsEntry("errcode", 0);
    assertThat(pilot.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
  }

  @Test
  void a_second_pilot_in_the_same_directory_is_refused_with_advice() throws Exception {
    UUID job = services.addJob("sleep 3; pwd", IN_SHELL);
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies(job + "/start").isEmpty());
    Process second = startPilot("--keep", "0");
    try {
      assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      second.destroyForcibly();
    }
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(Files.readString(log())).contains("another pilot works in " + work(), "--work");
    assertThat(services.requestBodies("POST /api/v1/pilots")).hasSize(1);
    assertThat(awaitReport(job)).containsEntry("errcode", 0);
  }

  @Test
  void the_next_pilot_starts_at_once_also_if_a_process_of_the_killed_one_still_runs()
      throws Exception {
    Path daemon = dir.resolve("daemon");
    services.addJob("setsid env -i sh -c 'echo $$ > " + daemon + "; exec sleep 300'", IN_SHELL);
    long left = awaitPidIn("daemon");
    pilot.destroyForcibly().waitFor();
    services.calls.clear();
    pilot = startPilot();
    assertThat(runJob("echo well", IN_SHELL)).containsEntry("stdout", "well\n");
    assertThat(isAlive(left)).isTrue();
    ProcessHandle.of(left).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void a_wrong_option_gives_one_line_and_exit_code_2() throws Exception {
    Process wrong = startPilot("--colour", "red");
    assertThat(wrong.waitFor()).isEqualTo(2);
    assertThat(Files.readString(log())).contains("unknown option: --colour");
  }
}

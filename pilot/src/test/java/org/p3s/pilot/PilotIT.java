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

/** The real jar, with real payload processes, against services that are played. */
class PilotIT extends PilotProcessFixture {

  @Test
  void a_payload_runs_and_its_end_is_told_with_all_that_was_seen() throws Exception {
    Path out = dir.resolve("out.txt");
    Map<String, Object> report =
        run(
            "echo out; echo err >&2; echo x > " + out + "; echo '[{\"run\":1}]' > dqm.json; exit 3",
            Map.of(
                "env", Map.of("P3S_EXECMODE", "SHELL", "P3S_CHECKSUM", "adler32"),
                "outputs", List.of(out.toString(), "/no/such")));
    assertThat(report).containsEntry("state", "finished").containsEntry("errcode", 3);
    assertThat(report).containsEntry("stdout", "out\n").containsEntry("stderr", "err\n");
    assertThat(report.get("dqm")).isEqualTo(List.of(Map.of("run", 1)));
    assertThat(text(report, "outputs"))
        .contains("exists=true, size=2", "checksum=adler32:00fc0083", "exists=false");
    assertThat(services.bodies("/start")).hasSize(1);
    assertThat(services.bodies("/start").get(0).get("pid")).isEqualTo(report.get("pid"));
    assertThat(report.get("cpu_s")).isNotNull();
    await().atMost(LONG).until(() -> spooled() == 0);
  }

  @Test
  void what_a_payload_reads_is_told_as_it_was_before_it_began() throws Exception {
    Path in = Files.writeString(dir.resolve("in.txt"), "x\n");
    Path eaten = Files.writeString(dir.resolve("eaten.txt"), "four");
    Map<String, Object> report =
        run(
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
  void results_that_are_null_cost_neither_the_report_nor_the_slot() {
    assertThat(run("echo null > dqm.json", SHELL))
        .containsEntry("errcode", 0)
        .containsEntry("dqm", null)
        .doesNotContainKey("dqm_problem");
    assertThat(run("echo well", SHELL)).containsEntry("stdout", "well\n");
  }

  @Test
  void words_are_split_without_a_shell_and_the_environment_is_clean() throws Exception {
    Map<String, Object> echo = run("echo '$HOME' 'a  b'", Map.of("params", "c"));
    assertThat(echo.get("stdout")).isEqualTo("$HOME a  b c\n");
    Map<String, Object> env = run("env", Map.of("env", Map.of("MINE", "m")));
    assertThat(text(env, "stdout"))
        .contains("MINE=m", "FROM_SITE=s", "P3S_JOB_UUID=", "P3S_PILOT_UUID=", "PATH=")
        .doesNotContain("top-secret", "join-secret", "pilot-token");
    assertThat(Files.readString(log())).doesNotContain("join-secret", "pilot-token");
  }

  @Test
  void a_signal_is_told() {
    Map<String, Object> report = run("kill -9 $$", SHELL);
    assertThat(report).containsEntry("errcode", 137).containsEntry("signal", 9);
  }

  @Test
  void what_cannot_start_says_why() throws Exception {
    assertThat(run("/no/such/program a", Map.of()))
        .containsEntry("state", "nonstarter")
        .containsEntry("errcode", 127)
        .extractingByKey("reason")
        .asString()
        .contains("/no/such/program");
    Path plain = Files.writeString(dir.resolve("plain"), "x");
    assertThat(run(plain.toString(), Map.of()))
        .containsEntry("state", "nonstarter")
        .containsEntry("errcode", 126)
        .extractingByKey("reason")
        .asString()
        .contains(plain.toString());
  }

  @Test
  void over_its_time_a_payload_that_ignores_term_is_killed_with_its_children() throws Exception {
    long before = System.nanoTime();
    Map<String, Object> report =
        run(
            "trap '' TERM; (trap '' TERM; sleep 300) & echo $! > "
                + dir.resolve("child")
                + "; sleep 300; sleep 300",
            Map.of("timelimit", 1, "env", Map.of("P3S_EXECMODE", "1")));
    assertThat(report).containsEntry("state", "timelimit").containsEntry("errcode", 77);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(LONG.dividedBy(6), LONG);
    long child = pidIn("child");
    await().atMost(LONG).until(() -> !alive(child));
  }

  @Test
  void what_a_payload_leaves_behind_ends_with_it_even_in_a_session_of_its_own() throws Exception {
    Map<String, Object> report =
        run(
            "setsid sh -c 'echo $$ > "
                + dir.resolve("daemon")
                + "; exec sleep 300' &"
                + " while [ ! -s "
                + dir.resolve("daemon")
                + " ]; do sleep 0.05; done",
            SHELL);
    assertThat(report).containsEntry("errcode", 0);
    long daemon = pidIn("daemon");
    await().atMost(LONG).until(() -> !alive(daemon));
  }

  @Test
  void of_a_flood_only_the_end_travels() {
    Map<String, Object> report =
        run("head -c 20000000 /dev/zero | tr '\\0' 'a'; printf 'the\\0end\\377'", SHELL);
    String text = text(report, "stdout");
    assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(LogTail.MAX_BYTES);
    assertThat(text).endsWith("the\uFFFDend\uFFFD").startsWith("aaa");
  }

  @Test
  void a_killed_pilot_leaves_no_payload_behind() throws Exception {
    services.offer(
        "sleep 300 & echo $! > "
            + dir.resolve("child")
            + "; echo $$ > "
            + dir.resolve("leader")
            + "; wait",
        SHELL);
    long leader = pidIn("leader");
    long child = pidIn("child");
    pilot.destroyForcibly().waitFor();
    await().atMost(LONG).until(() -> !alive(leader) && !alive(child));
  }

  @Test
  void term_ends_the_payload_reports_it_and_says_goodbye() throws Exception {
    UUID job = services.offer("echo $$ > " + dir.resolve("leader") + "; sleep 300", SHELL);
    long leader = pidIn("leader");
    pilot.destroy();
    assertThat(pilot.waitFor(12, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(report(job)).containsEntry("state", "killed");
    assertThat(alive(leader)).isFalse();
    assertThat(services.calls.toString()).contains("DELETE /api/v1/pilots/");
  }

  @Test
  void term_is_obeyed_in_time_while_the_services_are_away() throws Exception {
    services.offer("echo $$ > " + dir.resolve("leader") + "; sleep 300", SHELL);
    long leader = pidIn("leader");
    services.close();
    pilot.destroy();
    assertThat(pilot.waitFor(12, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(alive(leader)).isFalse();
    assertThat(spooled()).isEqualTo(1);
  }

  @Test
  void a_lost_lease_stops_the_payload_and_its_report_is_kept_here() throws Exception {
    services.startStatus = 409;
    UUID job = services.offer("sleep 300", Map.of());
    await().atMost(LONG).until(() -> Files.readString(log()).contains("logs stay here"));
    assertThat(work().resolve("spool/refused/" + job + ".17.json")).content().contains("killed");
    assertThat(services.bodies("/leases/" + job + "/finish")).isEmpty();
  }

  @Test
  void a_job_that_is_not_wanted_any_more_is_stopped_and_reported() {
    UUID job = services.offer("sleep 300", Map.of());
    services.lease = "{\"state\":\"running\",\"stop\":true,\"reason\":\"by ann\"}";
    assertThat(report(job)).containsEntry("state", "cancelled").containsEntry("reason", "by ann");
  }

  @Test
  void a_pilot_that_was_given_up_stops_its_payload_and_comes_back_as_another() {
    UUID job = services.offer("sleep 300", Map.of());
    await().atMost(LONG).until(() -> !services.bodies("/start").isEmpty());
    services.beatStatus = 410;
    assertThat(report(job)).containsEntry("state", "killed");
    services.beatStatus = 200;
    await()
        .atMost(LONG)
        .until(
            () ->
                services.bodies("POST /api/v1/pilots").stream()
                        .map(b -> b.get("uuid"))
                        .distinct()
                        .count()
                    >= 2);
  }

  @Test
  void an_order_to_drain_lets_the_payload_end_and_then_the_pilot() throws Exception {
    UUID job = services.offer("sleep 3", Map.of());
    await().atMost(LONG).until(() -> !services.bodies("/start").isEmpty());
    services.orders.add(Map.of("order", "drain"));
    assertThat(report(job)).containsEntry("state", "finished").containsEntry("errcode", 0);
    assertThat(pilot.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
  }

  @Test
  void a_second_pilot_in_the_same_directory_is_refused_and_told_what_to_do() throws Exception {
    UUID job = services.offer("sleep 3; pwd", SHELL);
    await().atMost(LONG).until(() -> !services.bodies(job + "/start").isEmpty());
    Process second = pilot("--keep", "0");
    try {
      assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      second.destroyForcibly();
    }
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(Files.readString(log())).contains("another pilot works in " + work(), "--work");
    assertThat(services.bodies("POST /api/v1/pilots")).hasSize(1);
    assertThat(report(job)).containsEntry("errcode", 0);
  }

  @Test
  void the_next_pilot_begins_at_once_whatever_the_killed_one_has_left_running() throws Exception {
    Path daemon = dir.resolve("daemon");
    services.offer("setsid env -i sh -c 'echo $$ > " + daemon + "; exec sleep 300'", SHELL);
    long left = pidIn("daemon");
    pilot.destroyForcibly().waitFor();
    services.calls.clear();
    pilot = pilot();
    assertThat(run("echo well", SHELL)).containsEntry("stdout", "well\n");
    assertThat(alive(left)).isTrue();
    ProcessHandle.of(left).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void a_wrong_option_is_one_line_and_exit_code_2() throws Exception {
    Process wrong = pilot("--colour", "red");
    assertThat(wrong.waitFor()).isEqualTo(2);
    assertThat(Files.readString(log())).contains("unknown option: --colour");
  }
}

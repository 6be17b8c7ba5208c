package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p3s.pilot.payload.LogTail;
import org.p3s.pilot.payload.ProcessTable;

/** What docs/payloads.md promises to authors of payloads and to owners of workers. */
class PayloadContractIT extends PilotProcessFixture {

  private Path script(String name, String body) throws IOException {
    Path file = Files.writeString(dir.resolve(name), "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<Path> directories() throws IOException {
    try (Stream<Path> all = Files.list(work().resolve("jobs"))) {
      return all.toList();
    }
  }

  private static Path workdir(Map<String, Object> report) {
    return Path.of(text(report, "workdir"));
  }

  @Test
  void each_word_of_the_command_is_one_argument_as_it_was_written() throws Exception {
    Path show = script("show", "for a in \"$@\"; do printf '<%s>' \"$a\"; done");
    String words = " 'a  b' \"c'd\" e\\ f '' $X `id` *.txt é";
    assertThat(runJob(show + words, Map.of("params", "'last one'")))
        .containsEntry("stdout", "<a  b><c'd><e f><><$X><`id`><*.txt><é><last one>");
  }

  @Test
  void only_the_job_that_asks_for_a_shell_gets_one() throws Exception {
    services.siteEnv = Map.of("P3S_EXECMODE", "SHELL");
    restartWith();
    assertThat(runJob("echo $((1 + 1)) | cat", IN_SHELL)).containsEntry("stdout", "2\n");
    assertThat(runJob("echo $HOME", Map.of())).containsEntry("stdout", "$HOME\n");
  }

  @Test
  void the_prefix_of_a_site_comes_before_all_words_of_a_payload() throws Exception {
    services.prefix = List.of("env", "WRAPPED=a  b");
    restartWith();
    assertThat(runJob("sh -c 'echo \"$WRAPPED\"'", Map.of())).containsEntry("stdout", "a  b\n");
    assertThat(runJob("echo \"$WRAPPED\" $((1 + 1))", IN_SHELL))
        .containsEntry("stdout", "a  b 2\n");
    Path program = script("prog", "echo \"$WRAPPED\" \"$0\" \"$@\"");
    Map<String, Object> copied = runJob(program + " c", Map.of("env", Map.of("P3S_MODE", "COPY")));
    assertThat(copied).containsEntry("stdout", "a  b " + workdir(copied) + "/work/prog c\n");
    assertThat(workdir(copied).resolve("work/prog")).doesNotExist();
    assertThat(program).exists();
    // Only the program of the prefix can know whether the payload's program exists.
    assertThat(runJob("/no/such/program", Map.of()))
        .containsEntry("state", "finished")
        .containsEntry("errcode", 127);
  }

  @Test
  void nothing_starts_if_the_program_of_the_prefix_is_missing() throws Exception {
    services.prefix = List.of("/no/such/box", "exec");
    restartWith();
    assertThat(runJob("true", Map.of("env", Map.of("P3S_MODE", "COPY"))))
        .containsEntry("state", "nonstarter")
        .containsEntry("errcode", 127)
        .containsEntry("reason", "the site's prefix: no such program: /no/such/box");
  }

  @Test
  void a_copy_of_the_program_keeps_its_arguments_and_is_removed() throws Exception {
    Path program = script("prog", "echo \"$0\" \"$@\"; echo made > made.txt; ls");
    Map<String, Object> report =
        runJob(program + " 'a b' c", Map.of("env", Map.of("P3S_MODE", "COPY")));
    assertThat(text(report, "stdout"))
        .startsWith(workdir(report) + "/work/prog a b c\n")
        .contains("made.txt", "prog\n");
    assertThat(workdir(report).resolve("work/prog")).doesNotExist();
    assertThat(workdir(report).resolve("work/made.txt")).exists();
    assertThat(program).exists();
  }

  @Test
  void the_environment_has_the_allowed_variables_of_the_pilot_then_the_sites_then_the_jobs()
      throws Exception {
    services.siteEnv = Map.of("A", "site", "B", "site", "P3S_JOB_UUID", "site");
    services.allowEnv = List.of("PILOT_NAMED");
    restartWith();
    UUID job =
        services.addJob("env", Map.of("env", Map.of("B", "job", "P3S_PILOT_UUID", "job", "C", "")));
    List<String> env = text(awaitReport(job), "stdout").lines().toList();
    assertThat(env)
        .contains("A=site", "B=job", "C=", "P3S_JOB_UUID=" + job, "PILOT_NAMED=named", "LC_ALL=C")
        .anyMatch(line -> line.startsWith("PATH="))
        .noneMatch(line -> line.contains("secret") || line.contains("token"))
        .noneMatch(line -> line.equals("P3S_PILOT_UUID=job") || line.startsWith("PILOT_SECRET"));
  }

  private static boolean ignoredHere(int signal) throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring("SigIgn:".length()).strip())
            .findFirst()
            .orElse("0");
    return (Long.parseUnsignedLong(ignored, 16) >> (signal - 1) & 1) == 1;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6, 9, 10, 11, 13, 15})
  void the_signal_that_ended_a_payload_is_reported(int signal) throws Exception {
    // A program cannot change that a signal is ignored where it was started, for instance by nohup.
    assumeFalse(
        ignoredHere(signal), "signal " + signal + " is ignored where this test was started");
    assertThat(runJob("kill -" + signal + " $$; sleep 60", IN_SHELL))
        .containsEntry("state", "finished")
        .containsEntry("errcode", 128 + signal)
        .containsEntry("signal", signal);
  }

  @Test
  void a_daemon_by_double_fork_that_ignores_term_ends_with_its_job() throws Exception {
    Path daemon = script("daemon", "trap '' TERM; echo $$ > " + dir.resolve("pid") + "; sleep 300");
    Map<String, Object> report =
        runJob(
            "setsid sh -c '"
                + daemon
                + " </dev/null >/dev/null 2>&1 &'; while [ ! -s "
                + dir.resolve("pid")
                + " ]; do sleep 0.05; done; echo left",
            IN_SHELL);
    assertThat(report).containsEntry("errcode", 0).containsEntry("stdout", "left\n");
    long pid = awaitPidIn("pid");
    await().atMost(MAX_WAIT).until(() -> !isAlive(pid));
  }

  @Test
  void all_processes_that_a_payload_started_end_with_it() throws Exception {
    Map<String, Object> report =
        runJob(
            "for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 300 & sleep 300) & done; echo $$ > "
                + dir.resolve("group")
                + "; sleep 0.2",
            IN_SHELL);
    assertThat(report).containsEntry("errcode", 0);
    long group = awaitPidIn("group");
    await().atMost(MAX_WAIT).until(() -> ProcessTable.ofGroup(group).isEmpty());
  }

  @Test
  void the_time_limit_is_wall_clock_time_and_a_payload_can_clean_up_after_term() {
    Map<String, Object> report =
        runJob(
            "trap 'echo tidy; exit 0' TERM; while :; do sleep 0.1; done",
            Map.of("timelimit", 1, "env", Map.of("P3S_EXECMODE", "1")));
    assertThat(report).containsEntry("state", "timelimit").containsEntry("errcode", 77);
    assertThat(report).containsEntry("stdout", "tidy\n");
    assertThat(duration(report)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
  }

  static Duration duration(Map<String, Object> report) {
    return Duration.between(
        Instant.parse(text(report, "ts_sta")), Instant.parse(text(report, "ts_sto")));
  }

  @Test
  void a_gibibyte_of_output_does_not_fill_the_disk() throws Exception {
    restartWith("--max-log", "1");
    Map<String, Object> report =
        runJob("echo begin; head -c 1073741824 /dev/zero | tr '\\0' x; echo; echo end", IN_SHELL);
    assertThat(report).containsEntry("errcode", 0);
    assertThat(text(report, "stdout")).hasSize(LogTail.MAX_BYTES).endsWith("x\nend\n");
    Path log = workdir(report).resolve("stdout.log");
    assertThat(Files.size(log)).isBetween(1024L * 1024, 1024L * 1024 + 200);
    long leftOut = 6 + 1073741824L + 5 - 1024 * 1024;
    assertThat(Files.readString(log))
        .startsWith("begin\nxxx")
        .contains("\n[p3s pilot: " + leftOut + " bytes are left out here")
        .endsWith("x\nend\n");
  }

  @Test
  void an_output_with_an_impossible_file_name_is_reported_as_missing() {
    Map<String, Object> report = runJob("true", Map.of("outputs", List.of("a\0b", "é")));
    assertThat(report).containsEntry("state", "finished").containsEntry("errcode", 0);
    assertThat(text(report, "outputs")).contains("exists=false").doesNotContain("exists=true");
  }

  @Test
  void binary_output_is_kept_unchanged_on_the_worker() throws Exception {
    Map<String, Object> report = runJob("head -c 4096 /dev/urandom | tee copy >&2", IN_SHELL);
    Path root = workdir(report);
    assertThat(root.resolve("stderr.log")).hasSameBinaryContentAs(root.resolve("work/copy"));
    assertThat(text(report, "stderr")).isNotEmpty().doesNotContain("\0");
  }

  @Test
  void several_slots_run_payloads_at_the_same_time_each_in_its_own_directory() throws Exception {
    restartWith("--slots", "3");
    String meet =
        "echo x > ../../../m/$P3S_JOB_UUID; while [ $(ls ../../../m | wc -l) -lt 3 ]; do"
            + " sleep 0.05; done; pwd";
    Files.createDirectories(work().resolve("m"));
    List<UUID> jobs = Stream.generate(() -> services.addJob(meet, IN_SHELL)).limit(3).toList();
    List<String> places = jobs.stream().map(job -> text(awaitReport(job), "stdout")).toList();
    assertThat(places).doesNotHaveDuplicates();
    assertThat(services.requestBodies("/next"))
        .extracting(body -> body.get("slot"))
        .contains(0, 1, 2);
  }

  @Test
  void the_site_sets_the_number_of_slots_unless_an_option_does() throws Exception {
    services.slots = 2;
    restartWith();
    await()
        .atMost(MAX_WAIT)
        .until(
            () ->
                services.requestBodies("/next").stream()
                        .map(body -> body.get("slot"))
                        .distinct()
                        .count()
                    == 2);
    assertThat(services.requestBodies("POST /api/v1/pilots").get(0)).containsEntry("slots", null);
    restartWith("--slots", "1");
    // Before that a poll of the first pilot may still be answered.
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies("POST /api/v1/pilots").isEmpty());
    assertThat(runJob("true", Map.of())).containsEntry("errcode", 0);
    assertThat(services.requestBodies("POST /api/v1/pilots").get(0)).containsEntry("slots", 1);
    assertThat(services.requestBodies("/next"))
        .extracting(body -> body.get("slot"))
        .containsOnly(0);
  }

  @Test
  void a_pilot_ends_after_the_cycles_that_its_site_sets() throws Exception {
    services.cycles = 2;
    restartWith();
    assertThat(runJob("true", Map.of())).containsEntry("errcode", 0);
    assertThat(runJob("true", Map.of())).containsEntry("errcode", 0);
    assertThat(pilot.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    services.addJob("true", Map.of());
    assertThat(services.requestBodies("/finish")).hasSize(2);
  }

  @Test
  void when_its_life_is_over_a_pilot_lets_its_payload_end_and_asks_for_no_more_jobs()
      throws Exception {
    services.lifeSeconds = 3;
    restartWith();
    assertThat(runJob("sleep 4", Map.of())).containsEntry("state", "finished");
    assertThat(pilot.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(services.requestBodies("/next").get(0).get("remaining_s")).isIn(2, 3);
    assertThat(services.requestBodies("/finish").get(0).get("next")).isNull();
  }

  @Test
  void only_the_newest_job_directories_are_kept() throws Exception {
    restartWith("--keep", "2", "--slots", "2");
    UUID busy =
        services.addJob(
            "while [ ! -e " + dir.resolve("go") + " ]; do sleep 0.05; done; pwd", IN_SHELL);
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies(busy + "/start").isEmpty());
    List<UUID> ended = Stream.generate(() -> services.addJob("true", Map.of())).limit(5).toList();
    ended.forEach(this::awaitReport);
    await()
        .atMost(MAX_WAIT)
        .untilAsserted(
            () ->
                assertThat(directories())
                    .extracting(path -> path.getFileName().toString())
                    .containsExactlyInAnyOrder(
                        busy + ".1", ended.get(3) + ".1", ended.get(4) + ".1"));
    Files.createFile(dir.resolve("go"));
    assertThat(awaitReport(busy)).containsEntry("errcode", 0);
  }
}

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

/** What docs/payloads.md promises to those who write payloads, and to those who lend a worker. */
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
    assertThat(run(show + words, Map.of("params", "'last one'")))
        .containsEntry("stdout", "<a  b><c'd><e f><><$X><`id`><*.txt><é><last one>");
  }

  @Test
  void only_the_job_that_asks_for_a_shell_gets_one() throws Exception {
    services.siteEnv = Map.of("P3S_EXECMODE", "SHELL");
    restartWith();
    assertThat(run("echo $((1 + 1)) | cat", SHELL)).containsEntry("stdout", "2\n");
    assertThat(run("echo $HOME", Map.of())).containsEntry("stdout", "$HOME\n");
  }

  @Test
  void what_a_site_says_that_payloads_run_under_comes_before_all_their_words() throws Exception {
    services.prefix = List.of("env", "WRAPPED=a  b");
    restartWith();
    assertThat(run("sh -c 'echo \"$WRAPPED\"'", Map.of())).containsEntry("stdout", "a  b\n");
    assertThat(run("echo \"$WRAPPED\" $((1 + 1))", SHELL)).containsEntry("stdout", "a  b 2\n");
    Path program = script("prog", "echo \"$WRAPPED\" \"$0\" \"$@\"");
    Map<String, Object> copied = run(program + " c", Map.of("env", Map.of("P3S_MODE", "COPY")));
    assertThat(copied).containsEntry("stdout", "a  b " + workdir(copied) + "/work/prog c\n");
    assertThat(workdir(copied).resolve("work/prog")).doesNotExist();
    assertThat(program).exists();
    // Only what it runs under knows whether a program is there.
    assertThat(run("/no/such/program", Map.of()))
        .containsEntry("state", "finished")
        .containsEntry("errcode", 127);
  }

  @Test
  void nothing_starts_where_what_it_is_to_run_under_is_missing() throws Exception {
    services.prefix = List.of("/no/such/box", "exec");
    restartWith();
    assertThat(run("true", Map.of("env", Map.of("P3S_MODE", "COPY"))))
        .containsEntry("state", "nonstarter")
        .containsEntry("errcode", 127)
        .containsEntry("reason", "the site's prefix: no such program: /no/such/box");
  }

  @Test
  void a_copy_of_the_program_keeps_its_arguments_and_is_removed() throws Exception {
    Path program = script("prog", "echo \"$0\" \"$@\"; echo made > made.txt; ls");
    Map<String, Object> report =
        run(program + " 'a b' c", Map.of("env", Map.of("P3S_MODE", "COPY")));
    assertThat(text(report, "stdout"))
        .startsWith(workdir(report) + "/work/prog a b c\n")
        .contains("made.txt", "prog\n");
    assertThat(workdir(report).resolve("work/prog")).doesNotExist();
    assertThat(workdir(report).resolve("work/made.txt")).exists();
    assertThat(program).exists();
  }

  @Test
  void the_environment_is_that_of_the_pilot_as_far_as_allowed_then_the_sites_then_the_jobs()
      throws Exception {
    services.siteEnv = Map.of("A", "site", "B", "site", "P3S_JOB_UUID", "site");
    services.allowEnv = List.of("PILOT_NAMED");
    restartWith();
    UUID job =
        services.offer("env", Map.of("env", Map.of("B", "job", "P3S_PILOT_UUID", "job", "C", "")));
    List<String> env = text(report(job), "stdout").lines().toList();
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
  void a_payload_that_a_signal_ends_tells_which(int signal) throws Exception {
    // What is ignored where a program starts, by nohup for instance, it cannot know better.
    assumeFalse(
        ignoredHere(signal), "signal " + signal + " is ignored where this test was started");
    assertThat(run("kill -" + signal + " $$; sleep 60", SHELL))
        .containsEntry("state", "finished")
        .containsEntry("errcode", 128 + signal)
        .containsEntry("signal", signal);
  }

  @Test
  void a_daemon_by_double_fork_that_ignores_term_ends_with_its_job() throws Exception {
    Path daemon = script("daemon", "trap '' TERM; echo $$ > " + dir.resolve("pid") + "; sleep 300");
    Map<String, Object> report =
        run(
            "setsid sh -c '"
                + daemon
                + " </dev/null >/dev/null 2>&1 &'; while [ ! -s "
                + dir.resolve("pid")
                + " ]; do sleep 0.05; done; echo left",
            SHELL);
    assertThat(report).containsEntry("errcode", 0).containsEntry("stdout", "left\n");
    long pid = pidIn("pid");
    await().atMost(LONG).until(() -> !alive(pid));
  }

  @Test
  void all_that_a_payload_forked_ends_with_it() throws Exception {
    Map<String, Object> report =
        run(
            "for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 300 & sleep 300) & done; echo $$ > "
                + dir.resolve("group")
                + "; sleep 0.2",
            SHELL);
    assertThat(report).containsEntry("errcode", 0);
    long group = pidIn("group");
    await().atMost(LONG).until(() -> ProcessTable.ofGroup(group).isEmpty());
  }

  @Test
  void the_time_limit_is_wall_clock_and_term_lets_a_payload_tidy_up() {
    Map<String, Object> report =
        run(
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
  void a_flood_of_a_gibibyte_fills_no_disk() throws Exception {
    restartWith("--max-log", "1");
    Map<String, Object> report =
        run("echo begin; head -c 1073741824 /dev/zero | tr '\\0' x; echo; echo end", SHELL);
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
  void an_output_that_no_file_can_be_called_is_missing() {
    Map<String, Object> report = run("true", Map.of("outputs", List.of("a\0b", "é")));
    assertThat(report).containsEntry("state", "finished").containsEntry("errcode", 0);
    assertThat(text(report, "outputs")).contains("exists=false").doesNotContain("exists=true");
  }

  @Test
  void what_a_payload_writes_in_binary_stays_as_it_is_on_the_worker() throws Exception {
    Map<String, Object> report = run("head -c 4096 /dev/urandom | tee copy >&2", SHELL);
    Path root = workdir(report);
    assertThat(root.resolve("stderr.log")).hasSameBinaryContentAs(root.resolve("work/copy"));
    assertThat(text(report, "stderr")).isNotEmpty().doesNotContain("\0");
  }

  @Test
  void several_slots_run_payloads_side_by_side_each_in_its_place() throws Exception {
    restartWith("--slots", "3");
    String meet =
        "echo x > ../../../m/$P3S_JOB_UUID; while [ $(ls ../../../m | wc -l) -lt 3 ]; do"
            + " sleep 0.05; done; pwd";
    Files.createDirectories(work().resolve("m"));
    List<UUID> jobs = Stream.generate(() -> services.offer(meet, SHELL)).limit(3).toList();
    List<String> places = jobs.stream().map(job -> text(report(job), "stdout")).toList();
    assertThat(places).doesNotHaveDuplicates();
    assertThat(services.bodies("/next")).extracting(body -> body.get("slot")).contains(0, 1, 2);
  }

  @Test
  void a_pilot_has_as_many_slots_as_its_site_says_unless_it_is_told_otherwise() throws Exception {
    services.slots = 2;
    restartWith();
    await()
        .atMost(LONG)
        .until(
            () ->
                services.bodies("/next").stream().map(body -> body.get("slot")).distinct().count()
                    == 2);
    assertThat(services.bodies("POST /api/v1/pilots").get(0)).containsEntry("slots", null);
    restartWith("--slots", "1");
    // Until then a poll of the first one may still be answered.
    await().atMost(LONG).until(() -> !services.bodies("POST /api/v1/pilots").isEmpty());
    assertThat(run("true", Map.of())).containsEntry("errcode", 0);
    assertThat(services.bodies("POST /api/v1/pilots").get(0)).containsEntry("slots", 1);
    assertThat(services.bodies("/next")).extracting(body -> body.get("slot")).containsOnly(0);
  }

  @Test
  void a_pilot_asks_as_often_as_its_site_says_and_then_ends() throws Exception {
    services.cycles = 2;
    restartWith();
    assertThat(run("true", Map.of())).containsEntry("errcode", 0);
    assertThat(run("true", Map.of())).containsEntry("errcode", 0);
    assertThat(pilot.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    services.offer("true", Map.of());
    assertThat(services.bodies("/finish")).hasSize(2);
  }

  @Test
  void when_its_life_is_over_a_pilot_lets_its_payload_end_and_asks_no_more() throws Exception {
    services.lifeSeconds = 3;
    restartWith();
    assertThat(run("sleep 4", Map.of())).containsEntry("state", "finished");
    assertThat(pilot.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(pilot.exitValue()).isZero();
    assertThat(services.bodies("/next").get(0).get("remaining_s")).isIn(2, 3);
    assertThat(services.bodies("/finish").get(0).get("next")).isNull();
  }

  @Test
  void so_many_job_directories_stay_the_newest_ones() throws Exception {
    restartWith("--keep", "2", "--slots", "2");
    UUID busy =
        services.offer("while [ ! -e " + dir.resolve("go") + " ]; do sleep 0.05; done; pwd", SHELL);
    await().atMost(LONG).until(() -> !services.bodies(busy + "/start").isEmpty());
    List<UUID> ended = Stream.generate(() -> services.offer("true", Map.of())).limit(5).toList();
    ended.forEach(this::report);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(directories())
                    .extracting(path -> path.getFileName().toString())
                    .containsExactlyInAnyOrder(
                        busy + ".1", ended.get(3) + ".1", ended.get(4) + ".1"));
    Files.createFile(dir.resolve("go"));
    assertThat(report(busy)).containsEntry("errcode", 0);
  }
}

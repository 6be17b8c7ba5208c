package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A worker with a full disk or a wrong clock, and a pilot that stalls. */
class DiskClockAndStallIT extends PilotProcessFixture {

  private boolean smallDisk;

  /** Restarts the pilot on a small disk of its own. */
  private void smallDisk() throws Exception {
    pilot.destroyForcibly().waitFor();
    Files.createDirectories(disk());
    boolean mounted = shell("mount -t tmpfs -o size=16m,mode=755 tmpfs " + disk());
    Assumptions.assumeTrue(mounted, "skipped: only root may mount a small disk");
    smallDisk = true;
    restartWith("--min-free", "4");
  }

  private Path disk() {
    return dir.resolve("disk");
  }

  @Override
  Path work() {
    return smallDisk ? disk().resolve("work") : super.work();
  }

  @AfterEach
  void unmount() throws Exception {
    if (smallDisk) {
      pilot.destroyForcibly().waitFor();
      assertThat(shell("umount -l " + disk())).isTrue();
    }
  }

  private static boolean shell(String command) throws Exception {
    return new ProcessBuilder("/bin/sh", "-c", command).inheritIO().start().waitFor() == 0;
  }

  /** Skips the test if this machine has no such program; in CI that is a failure. */
  private static void assumeThere(String what, boolean there) {
    if (!there && "true".equals(System.getenv("P3S_REQUIRE_PROGRAMS"))) {
      throw new AssertionError("there is no " + what);
    }
    Assumptions.assumeTrue(there, "skipped: there is no " + what);
  }

  private String logText() throws Exception {
    return Files.readString(log());
  }

  @Test
  void while_the_disk_is_full_no_job_is_asked_for() throws Exception {
    smallDisk();
    assertThat(runJob("true", Map.of())).containsEntry("errcode", 0);
    Path other = disk().resolve("other");
    shell("head -c 100M /dev/zero > " + other + " 2>/dev/null");
    await()
        .atMost(MAX_WAIT)
        .until(() -> logText().contains("no job is asked for until there are 4"));
    UUID job = services.addJob("true", Map.of());
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(8))
        .until(() -> services.requestBodies("/leases/" + job + "/start").isEmpty());
    Files.delete(other);
    assertThat(awaitReport(job)).containsEntry("errcode", 0);
    assertThat(logText()).contains("there is room");
  }

  @Test
  void a_payload_that_fills_the_disk_is_reported_and_the_next_one_has_room() throws Exception {
    smallDisk();
    Map<String, Object> report =
        runJob("echo begin; head -c 100M /dev/zero > fill; echo $?; echo oh >&2; exit 7", IN_SHELL);
    assertThat(report).containsEntry("state", "finished").containsEntry("errcode", 7);
    assertThat(report).containsEntry("stdout", "begin\n1\n");
    assertThat(text(report, "stderr")).endsWith("oh\n");
    assertThat(runJob("echo well", IN_SHELL)).containsEntry("stdout", "well\n");
    assertThat(logText()).contains("directories of ended jobs are removed");
  }

  @Test
  void on_a_full_disk_a_report_that_cannot_be_delivered_yet_is_not_lost() throws Exception {
    smallDisk();
    services.finishStatus = 503;
    UUID job = services.addJob("head -c 100M /dev/zero > fill; exit 7", IN_SHELL);
    String path = "/leases/" + job + "/finish";
    await().atMost(MAX_WAIT).until(() -> services.requestBodies(path).size() >= 2);
    assertThat(spooledReports()).isEqualTo(1);
    pilot.destroyForcibly().waitFor();
    services.finishStatus = 200;
    pilot = startPilot("--min-free", "4");
    await().atMost(MAX_WAIT).until(() -> spooledReports() == 0);
    assertThat(services.requestBodies(path)).last().extracting(b -> b.get("errcode")).isEqualTo(7);
  }

  @Test
  void a_wrong_clock_that_is_corrected_meanwhile_does_not_change_durations() throws Exception {
    Path library = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    assumeThere("libfaketime; Debian: apt-get install faketime", Files.exists(library));
    pilot.destroyForcibly().waitFor();
    Path offset = Files.writeString(dir.resolve("offset"), "+1h\n");
    environment =
        Map.of(
            "LD_PRELOAD",
            library.toString(),
            "FAKETIME_TIMESTAMP_FILE",
            offset.toString(),
            "FAKETIME_NO_CACHE",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1");
    restartWith();
    UUID job = services.addJob("sleep 3", Map.of());
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies(job + "/start").isEmpty());
    Files.writeString(offset, "-1h\n");
    Map<String, Object> report = awaitReport(job);
    assertThat(Instant.parse(text(report, "ts_sta"))).isAfter(Instant.now().plusSeconds(3000));
    assertThat(PayloadContractIT.duration(report))
        .isBetween(Duration.ofMillis(2_900), Duration.ofSeconds(5));
    assertThat(report).containsEntry("errcode", 0);
  }

  @Test
  void a_pilot_that_stalls_for_seconds_continues_with_its_job() throws Exception {
    UUID job = services.addJob("sleep 4; echo done", IN_SHELL);
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies(job + "/start").isEmpty());
    shell("kill -STOP " + pilot.pid());
    Thread.sleep(5_000);
    shell("kill -CONT " + pilot.pid());
    assertThat(awaitReport(job))
        .containsEntry("state", "finished")
        .containsEntry("stdout", "done\n");
    assertThat(services.requestBodies("POST /api/v1/pilots")).hasSize(1);
  }

  @Test
  void a_pilot_that_was_declared_lost_while_it_stalled_stops_its_payload_and_registers_again()
      throws Exception {
    UUID job = services.addJob("echo $$ > " + dir.resolve("leader") + "; exec sleep 300", IN_SHELL);
    long leader = awaitPidIn("leader");
    await().atMost(MAX_WAIT).until(() -> !services.requestBodies(job + "/start").isEmpty());
    shell("kill -STOP " + pilot.pid());
    services.beatStatus = 410;
    services.leaseStatus = 409;
    services.finishStatus = 409;
    Thread.sleep(1_000);
    assertThat(isAlive(leader)).isTrue();
    shell("kill -CONT " + pilot.pid());
    await().atMost(MAX_WAIT).until(() -> !isAlive(leader));
    services.beatStatus = 200;
    await().atMost(MAX_WAIT).until(() -> services.requestBodies("POST /api/v1/pilots").size() >= 2);
    services.leaseStatus = 200;
    services.finishStatus = 200;
    assertThat(runJob("true", Map.of())).containsEntry("errcode", 0);
    List<Map<String, Object>> asks = services.requestBodies("POST /api/v1/pilots");
    assertThat(asks.get(0).get("uuid")).isNotEqualTo(asks.get(asks.size() - 1).get("uuid"));
  }
}

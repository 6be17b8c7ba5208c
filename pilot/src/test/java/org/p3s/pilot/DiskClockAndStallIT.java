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

/** A worker with a full disk, with a wrong clock, and a pilot that is held up. */
class DiskClockAndStallIT extends PilotProcessFixture {

  private boolean smallDisk;

  /** The pilot works on a small disk of its own. */
  private void smallDisk() throws Exception {
    pilot.destroyForcibly().waitFor();
    Files.createDirectories(disk());
    boolean mounted = sh("mount -t tmpfs -o size=16m,mode=755 tmpfs " + disk());
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
      assertThat(sh("umount -l " + disk())).isTrue();
    }
  }

  private static boolean sh(String command) throws Exception {
    return new ProcessBuilder("/bin/sh", "-c", command).inheritIO().start().waitFor() == 0;
  }

  /** Skips, with a word, what this machine lacks; in CI it must be there. */
  private static void needs(String what, boolean there) {
    if (!there && "true".equals(System.getenv("P3S_REQUIRE_PROGRAMS"))) {
      throw new AssertionError("there is no " + what);
    }
    Assumptions.assumeTrue(there, "skipped: there is no " + what);
  }

  private String said() throws Exception {
    return Files.readString(log());
  }

  @Test
  void while_the_disk_is_full_no_job_is_asked_for() throws Exception {
    smallDisk();
    assertThat(run("true", Map.of())).containsEntry("errcode", 0);
    Path other = disk().resolve("other");
    sh("head -c 100M /dev/zero > " + other + " 2>/dev/null");
    await().atMost(LONG).until(() -> said().contains("no job is asked for until there are 4"));
    UUID job = services.offer("true", Map.of());
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(8))
        .until(() -> services.bodies("/leases/" + job + "/start").isEmpty());
    Files.delete(other);
    assertThat(report(job)).containsEntry("errcode", 0);
    assertThat(said()).contains("there is room");
  }

  @Test
  void a_payload_that_fills_the_disk_is_reported_and_the_next_one_has_room() throws Exception {
    smallDisk();
    Map<String, Object> report =
        run("echo begin; head -c 100M /dev/zero > fill; echo $?; echo oh >&2; exit 7", SHELL);
    assertThat(report).containsEntry("state", "finished").containsEntry("errcode", 7);
    assertThat(report).containsEntry("stdout", "begin\n1\n");
    assertThat(text(report, "stderr")).endsWith("oh\n");
    assertThat(run("echo well", SHELL)).containsEntry("stdout", "well\n");
    assertThat(said()).contains("directories of ended jobs are removed");
  }

  @Test
  void on_a_full_disk_a_report_that_nobody_takes_yet_is_not_lost() throws Exception {
    smallDisk();
    services.finishStatus = 503;
    UUID job = services.offer("head -c 100M /dev/zero > fill; exit 7", SHELL);
    String path = "/leases/" + job + "/finish";
    await().atMost(LONG).until(() -> services.bodies(path).size() >= 2);
    assertThat(spooled()).isEqualTo(1);
    pilot.destroyForcibly().waitFor();
    services.finishStatus = 200;
    pilot = pilot("--min-free", "4");
    await().atMost(LONG).until(() -> spooled() == 0);
    assertThat(services.bodies(path)).last().extracting(b -> b.get("errcode")).isEqualTo(7);
  }

  @Test
  void a_clock_that_is_wrong_and_is_set_meanwhile_does_not_change_durations() throws Exception {
    Path library = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    // No part of what a machine for tests must have.
    needs("libfaketime; Debian: apt-get install faketime", Files.exists(library));
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
    UUID job = services.offer("sleep 3", Map.of());
    await().atMost(LONG).until(() -> !services.bodies(job + "/start").isEmpty());
    Files.writeString(offset, "-1h\n");
    Map<String, Object> report = report(job);
    assertThat(Instant.parse(text(report, "ts_sta"))).isAfter(Instant.now().plusSeconds(3000));
    assertThat(PayloadContractIT.duration(report))
        .isBetween(Duration.ofMillis(2_900), Duration.ofSeconds(5));
    assertThat(report).containsEntry("errcode", 0);
  }

  @Test
  void a_pilot_that_is_held_up_for_seconds_goes_on_with_its_job() throws Exception {
    UUID job = services.offer("sleep 4; echo done", SHELL);
    await().atMost(LONG).until(() -> !services.bodies(job + "/start").isEmpty());
    sh("kill -STOP " + pilot.pid());
    Thread.sleep(5_000);
    sh("kill -CONT " + pilot.pid());
    assertThat(report(job)).containsEntry("state", "finished").containsEntry("stdout", "done\n");
    assertThat(services.bodies("POST /api/v1/pilots")).hasSize(1);
  }

  @Test
  void a_pilot_that_was_lost_meanwhile_stops_its_payload_and_registers_anew() throws Exception {
    UUID job = services.offer("echo $$ > " + dir.resolve("leader") + "; exec sleep 300", SHELL);
    long leader = pidIn("leader");
    await().atMost(LONG).until(() -> !services.bodies(job + "/start").isEmpty());
    sh("kill -STOP " + pilot.pid());
    services.beatStatus = 410;
    services.leaseStatus = 409;
    services.finishStatus = 409;
    Thread.sleep(1_000);
    assertThat(alive(leader)).isTrue();
    sh("kill -CONT " + pilot.pid());
    await().atMost(LONG).until(() -> !alive(leader));
    services.beatStatus = 200;
    await().atMost(LONG).until(() -> services.bodies("POST /api/v1/pilots").size() >= 2);
    services.leaseStatus = 200;
    services.finishStatus = 200;
    assertThat(run("true", Map.of())).containsEntry("errcode", 0);
    List<Map<String, Object>> asks = services.bodies("POST /api/v1/pilots");
    assertThat(asks.get(0).get("uuid")).isNotEqualTo(asks.get(asks.size() - 1).get("uuid"));
  }
}

package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.standalone.system.history.ClientObservations;

/** Real agents on a host that stands still or has a wrong clock; the results must not change. */
@ExtendWith(SharedStackExtension.class)
class AgentIT {

  private static final Duration STALL = Duration.ofSeconds(5);
  private static final Duration TOLERANCE = Duration.ofMillis(500);

  private final ClientObservations observations = new ClientObservations();
  private final StackUnderTest stack;
  private final RetryingApiClient client;
  private EventRecorder recorder;

  AgentIT(StackUnderTest stack) throws Exception {
    this.stack = stack;
    this.client = new RetryingApiClient(stack, observations);
  }

  @BeforeEach
  void startRecorder() {
    new FaultInjector(stack).awaitReady();
    recorder = new EventRecorder(stack);
  }

  @AfterEach
  void the_history_holds() {
    await()
        .atMost(StackUnderTest.LONG)
        .untilAsserted(() -> recorder.history(observations).mustHold());
    recorder.close();
  }

  @Test
  void a_stall_of_5_s_does_not_lose_the_pilot() throws Exception {
    client.defineSite("calm", 5);
    try (PilotProcess pilot = new PilotProcess(stack, "calm", 1)) {
      UUID job = client.submit("calm", "/bin/sleep", "7", 1, 0);
      long lease = recorder.awaitStart(observations, job).lease();
      pilot.signal("STOP");
      Thread.sleep(STALL.toMillis());
      pilot.signal("CONT");
      JobFinished end = recorder.awaitEnd(observations, job);
      assertThat(end.state()).isEqualTo(JobEnd.FINISHED);
      assertThat(end.errcode()).isZero();
      assertThat(end.lease()).as("the lease before the stall").isEqualTo(lease);
    }
  }

  @ParameterizedTest
  @CsvSource({"an-hour-fast, +1h", "an-hour-slow, -1h"})
  void a_clock_that_is_off_by_an_hour_changes_nothing(String site, String offset) throws Exception {
    Path library = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    RequiredPrograms.require("faketime");
    assertThat(Files.exists(library)).isTrue();
    client.defineSite(site, 1);
    Map<String, String> clock =
        Map.of(
            "LD_PRELOAD",
            library.toString(),
            "FAKETIME",
            offset,
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1");
    try (PilotProcess pilot = new PilotProcess(stack, site, 1, clock)) {
      Instant before = Instant.now().minus(TOLERANCE);
      UUID job = client.submit(site, "/bin/sleep", "3", 1, 0);
      JobFinished end = recorder.awaitEnd(observations, job);
      Instant after = Instant.now().plus(TOLERANCE);
      assertThat(Duration.between(before, pilot.firstLogTime()).abs())
          .as("clock of the agent against ours: %s", pilot.log())
          .isGreaterThan(Duration.ofMinutes(50));
      assertThat(end.state()).isEqualTo(JobEnd.FINISHED);
      assertThat(end.errcode()).isZero();
      assertThat(end.attempt()).isEqualTo(1);
      assertThat(end.tsSta()).isBetween(before, after);
      assertThat(end.tsSto()).isBetween(before, after);
      assertThat(Duration.between(end.tsSta(), end.tsSto()))
          .isBetween(Duration.ofSeconds(3).minus(TOLERANCE), Duration.ofSeconds(6));
      assertThat(recorder.history(observations).lostPilots()).doesNotContain(end.pilot());
    }
  }
}

package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.UUID;
import org.p3s.contracts.JobEnd;
import org.p3s.standalone.system.history.ClientObservations;

/**
 * A real agent with two jobs that is suspended (SIGSTOP) until the pilot service declares it lost.
 * Meanwhile one payload runs and the other ends.
 */
final class StalledPilotScenario implements AutoCloseable {

  private final ClientObservations observations = new ClientObservations();
  private final EventRecorder recorder;
  private final PilotProcess pilot;
  private final UUID longJob;
  private final UUID shortJob;
  private long payload;

  StalledPilotScenario(StackUnderTest stack, String site) throws IOException {
    RetryingApiClient client = new RetryingApiClient(stack, observations);
    client.defineSite(site, 1);
    recorder = new EventRecorder(stack);
    pilot = new PilotProcess(stack, site, 2);
    longJob = client.submit(site, "/bin/sleep", "900", 1, 0, 900);
    shortJob = client.submit(site, "/bin/sleep", "3", 1, 0, 900);
  }

  /** Suspends the agent when both payloads run. */
  void suspend() {
    payload = recorder.awaitStart(observations, longJob).pid();
    recorder.awaitStart(observations, shortJob);
    pilot.signal("STOP");
  }

  /** Resumes the agent: it stops the payload that runs, and its late report is refused. */
  void resumeAndLoseJobs() {
    assertThat(recorder.awaitEnd(observations, longJob).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    assertThat(recorder.awaitEnd(observations, shortJob).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    assertThat(ProcessHandle.of(payload)).as("payload of a suspended agent").isPresent();
    pilot.signal("CONT");
    await().atMost(StackUnderTest.LONG).until(() -> ProcessHandle.of(payload).isEmpty());
    await()
        .atMost(StackUnderTest.LONG)
        .untilAsserted(
            () ->
                assertThat(pilot.refusedReports())
                    .as("%s", pilot.log())
                    .anyMatch(name -> name.contains(shortJob.toString())));
    await()
        .atMost(StackUnderTest.LONG)
        .untilAsserted(() -> recorder.history(observations).mustHold());
    assertThat(recorder.awaitEnd(observations, shortJob).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
  }

  @Override
  public void close() {
    pilot.close();
    recorder.close();
  }
}

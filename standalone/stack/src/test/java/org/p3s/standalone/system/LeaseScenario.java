package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.standalone.system.history.ClientObservations;

/**
 * One job and one scripted pilot, which goes to a step of the lease and later from there to the
 * end.
 */
final class LeaseScenario {

  /** How far the pilot has come when the fault is injected. */
  enum Step {
    /** It is registered, and there is no job yet. */
    REGISTERED,
    /** Its long poll waits, and there is no job yet. */
    POLLS,
    /** It has claimed the job. */
    CLAIMED,
    /** It has reported that the payload runs. */
    STARTED,
    /** It has sent the finish report and not read the reply. */
    REPORTED,
    /** Its finish report was accepted. */
    ACCEPTED;

    /** Each step has a site of its own, so that scenarios do not take each other's jobs. */
    String site() {
      return "at-" + name().toLowerCase(Locale.ROOT);
    }

    boolean isPast(Step other) {
      return compareTo(other) > 0;
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final StackUnderTest stack;
  private final ClientObservations observations;
  private final RetryingApiClient client;
  private final Step step;
  private final UUID request = UUID.randomUUID();
  private ScriptedPilot pilot;
  private CompletableFuture<TestHttpClient.Reply> poll;
  private UUID job;
  private ScriptedPilot.LeasedJob leased;
  private ScriptedPilot.LeasedJob firstLeased;
  private final List<TestHttpClient.Reply> lateReplies = new ArrayList<>();
  private TestHttpClient.Reply replyToRepeat;
  private Future<?> payloadEnds;

  LeaseScenario(
      StackUnderTest stack, ClientObservations observations, RetryingApiClient client, Step step) {
    this.stack = stack;
    this.observations = observations;
    this.client = client;
    this.step = step;
  }

  UUID job() {
    return job;
  }

  /** Everything before the fault except the report that must be under way when it begins. */
  void goToStep() throws IOException {
    pilot = new ScriptedPilot(stack, observations, step.site()).register();
    if (step == Step.POLLS) {
      poll = pilot.poll(request, Duration.ofSeconds(20));
    }
    if (step.isPast(Step.POLLS)) {
      job = client.submit(step.site());
      take();
    }
    if (step.isPast(Step.CLAIMED)) {
      pilot.start(leased);
    }
    if (step == Step.ACCEPTED) {
      pilot.finish(leased, JobEnd.FINISHED, 0);
    }
  }

  /** Sends the finish report of the step REPORTED, whose answer is not read. */
  void sendReportBeforeFault() {
    if (step == Step.REPORTED) {
      pilot.finishWithoutReadingAnswer(leased, JobEnd.FINISHED, 0, Duration.ofMillis(500));
    }
  }

  private void take() {
    leased = pilot.take(request, PATIENCE);
    firstLeased = firstLeased == null ? leased : firstLeased;
    if (leased == null) {
      throw new IllegalStateException("no job for " + step + ", pilot lost: " + pilot.lost());
    }
  }

  /** The payload runs at least until then. */
  void runPayloadUntil(Future<?> then) {
    payloadEnds = then;
  }

  /** Does the rest of the protocol, with repeats as a real pilot. */
  void goOn() throws Exception {
    if (job == null) {
      job = client.submit(step.site());
    }
    if (poll != null) {
      leased = pilot.jobOf(poll.join());
      firstLeased = leased;
    }
    if (leased == null) {
      take();
    }
    if (!step.isPast(Step.STARTED)) {
      pilot.start(leased);
    }
    if (payloadEnds != null) {
      payloadEnds.get();
    }
    pilot.finish(leased, JobEnd.FINISHED, 0);
    pilot.close();
  }

  /** The pilot dies; another pilot of the site takes the job if it can be taken. */
  void letPilotDie() throws IOException {
    pilot.die();
    if (poll != null) {
      poll.cancel(true);
    }
    if (job == null) {
      job = client.submit(step.site());
    }
    try (ScriptedPilot other = new ScriptedPilot(stack, observations, step.site()).register()) {
      ScriptedPilot.LeasedJob found = other.take(UUID.randomUUID(), Duration.ofSeconds(7));
      if (found != null) {
        other.start(found);
      }
      sendLateReports();
      if (found != null) {
        other.finish(found, JobEnd.FINISHED, 0);
      }
    }
  }

  /**
   * The pilot was not dead and reports late: by now another pilot holds its job, or the job ended.
   */
  private void sendLateReports() {
    if (step == Step.CLAIMED || step == Step.STARTED) {
      lateReplies.add(pilot.start(leased));
      lateReplies.add(pilot.finish(leased, JobEnd.FINISHED, 3));
    }
    if (step == Step.ACCEPTED) {
      replyToRepeat = pilot.finish(leased, JobEnd.FINISHED, 0);
    }
  }

  /** Late reports must be refused; the repeat of an accepted report is accepted. */
  void assertLateReportsWereRefused() {
    assertThat(lateReplies)
        .as("late reports of the pilot that had %s", step)
        .allSatisfy(
            reply -> {
              assertThat(reply.status()).isEqualTo(409);
              assertThat(reply.problem()).endsWith("lease-lost");
            });
    if (replyToRepeat != null) {
      assertThat(replyToRepeat.status()).as("repeat of an accepted report").isEqualTo(200);
    }
  }

  /** The end, as the table of the test names it. */
  String describe(JobFinished end) {
    if (end.state() != JobEnd.FINISHED) {
      return end.state().json();
    }
    if (!pilot.uuid.equals(end.pilot())) {
      return "elsewhere";
    }
    return firstLeased == null || firstLeased.lease() == end.lease()
        ? "finished"
        : "finished by its second lease";
  }
}

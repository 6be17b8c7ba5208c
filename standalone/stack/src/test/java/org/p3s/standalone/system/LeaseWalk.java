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
import org.p3s.standalone.system.history.Known;

/** One job and one scripted pilot, walked to a step of the lease and from there to the end. */
final class LeaseWalk {

  /** How far a pilot has come. */
  enum Step {
    /** It registered, and there is no job yet. */
    REGISTERED,
    /** Its poll waits, and there is no job yet. */
    POLLS,
    /** It was given the job. */
    CLAIMED,
    /** It reported that the payload runs. */
    STARTED,
    /** It reported the end and has heard no answer. */
    REPORTED,
    /** Its report was accepted. */
    ACCEPTED;

    /** A site of its own, so that walks don't take each other's jobs. */
    String site() {
      return "at-" + name().toLowerCase(Locale.ROOT);
    }

    boolean isPast(Step other) {
      return compareTo(other) > 0;
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Stack stack;
  private final Known known;
  private final Client client;
  private final Step step;
  private final UUID request = UUID.randomUUID();
  private ScriptedPilot pilot;
  private CompletableFuture<Wire.Answer> poll;
  private UUID job;
  private ScriptedPilot.Offer offer;
  private ScriptedPilot.Offer first;
  private final List<Wire.Answer> late = new ArrayList<>();
  private Wire.Answer lateRepeat;
  private Future<?> payloadEnds;

  LeaseWalk(Stack stack, Known known, Client client, Step step) {
    this.stack = stack;
    this.known = known;
    this.client = client;
    this.step = step;
  }

  UUID job() {
    return job;
  }

  /** All before the fault but what must be on the wire while it strikes. */
  void walkToStep() throws IOException {
    pilot = new ScriptedPilot(stack, known, step.site()).register();
    if (step == Step.POLLS) {
      poll = pilot.poll(request, Duration.ofSeconds(20));
    }
    if (step.isPast(Step.POLLS)) {
      job = client.submit(step.site());
      take();
    }
    if (step.isPast(Step.CLAIMED)) {
      pilot.start(offer);
    }
    if (step == Step.ACCEPTED) {
      pilot.finish(offer, JobEnd.FINISHED, 0);
    }
  }

  /** A report that nobody hears the answer of. */
  void lastWordBefore() {
    if (step == Step.REPORTED) {
      pilot.finishUnheard(offer, JobEnd.FINISHED, 0, Duration.ofMillis(500));
    }
  }

  private void take() {
    offer = pilot.take(request, PATIENCE);
    first = first == null ? offer : first;
    if (offer == null) {
      throw new IllegalStateException("no job for " + step + ", pilot gone: " + pilot.gone());
    }
  }

  /** Its payload, if it runs, runs until then. */
  void worksUntil(Future<?> then) {
    payloadEnds = then;
  }

  /** What is left of the protocol, repeated as a real pilot does. */
  void goOn() throws Exception {
    if (job == null) {
      job = client.submit(step.site());
    }
    if (poll != null) {
      offer = pilot.taken(poll.join());
      first = offer;
    }
    if (offer == null) {
      take();
    }
    if (!step.isPast(Step.STARTED)) {
      pilot.start(offer);
    }
    if (payloadEnds != null) {
      payloadEnds.get();
    }
    pilot.finish(offer, JobEnd.FINISHED, 0);
    pilot.close();
  }

  /** The pilot is silent for ever; another of the site takes what there is. */
  void dieAndLetOthers() throws IOException {
    pilot.dies();
    if (poll != null) {
      poll.cancel(true);
    }
    if (job == null) {
      job = client.submit(step.site());
    }
    try (ScriptedPilot other = new ScriptedPilot(stack, known, step.site()).register()) {
      ScriptedPilot.Offer found = other.take(UUID.randomUUID(), Duration.ofSeconds(7));
      if (found != null) {
        other.start(found);
      }
      comesBackLate();
      if (found != null) {
        other.finish(found, JobEnd.FINISHED, 0);
      }
    }
  }

  /** It was not dead after all: what it held is another's now, or has ended. */
  private void comesBackLate() {
    if (step == Step.CLAIMED || step == Step.STARTED) {
      late.add(pilot.start(offer));
      late.add(pilot.finish(offer, JobEnd.FINISHED, 3));
    }
    if (step == Step.ACCEPTED) {
      lateRepeat = pilot.finish(offer, JobEnd.FINISHED, 0);
    }
  }

  /** What a pilot that came back late was told: nothing of it may be accepted but a repeat. */
  void lateWordsWereRefused() {
    assertThat(late)
        .as("late words of the pilot that had %s", step)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(409);
              assertThat(answer.problem()).endsWith("lease-lost");
            });
    if (lateRepeat != null) {
      assertThat(lateRepeat.status()).as("repeat of an accepted report").isEqualTo(200);
    }
  }

  /** In the words of the table. */
  String describe(JobFinished end) {
    if (end.state() != JobEnd.FINISHED) {
      return end.state().json();
    }
    if (!pilot.uuid.equals(end.pilot())) {
      return "elsewhere";
    }
    return first == null || first.lease() == end.lease()
        ? "finished"
        : "finished by its second lease";
  }
}

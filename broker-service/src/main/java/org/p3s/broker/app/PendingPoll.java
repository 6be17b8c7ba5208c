package org.p3s.broker.app;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.SlotRequest;

/**
 * A long poll that waits for a job. Its flags belong to {@link PendingPolls}, whose lock guards
 * them.
 */
final class PendingPoll {

  final SlotRequest request;
  final SlotRequest.Kind kind;
  private final Consumer<@Nullable ClaimResult> onAnswer;

  /** A claim looks for a job for it at this moment. */
  boolean inClaim;

  /** It was answered or closed; a claim that still looks for a job for it does so in vain. */
  boolean removed;

  /** Its wait is over; the claim that looks for a job for it at this moment is the last one. */
  boolean waitOver;

  PendingPoll(SlotRequest request, Consumer<@Nullable ClaimResult> onAnswer) {
    this.request = request;
    this.kind = request.kind();
    this.onAnswer = onAnswer;
  }

  /** Answers the request; null: there was no job. Not to be called while a lock is held. */
  void answer(@Nullable ClaimResult result) {
    onAnswer.accept(result);
  }

  /** When its pilot's life ends; MAX if the pilot does not say. */
  Instant pilotEnd() {
    Instant end = request.pilotEndsAt();
    return end == null ? Instant.MAX : end;
  }
}

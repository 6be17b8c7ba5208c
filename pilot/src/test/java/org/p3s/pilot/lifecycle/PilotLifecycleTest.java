package org.p3s.pilot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.payload.PayloadStop;

class PilotLifecycleTest {

  private static final Duration LONG_PAUSE = Duration.ofMinutes(5);

  private final List<String> notifications = new ArrayList<>();
  private final PilotLifecycle lifecycle =
      new PilotLifecycle(
          new JobRequestLimits(1, null),
          new LifecycleListener() {
            @Override
            public void onDrain() {
              notifications.add("drain");
            }

            @Override
            public void onSessionLost(PilotSession session) {
              notifications.add("lost");
            }
          });

  private PilotSession register() throws Exception {
    PilotSession session =
        new PilotSession(
            UUID.randomUUID(), new JsonFields(Map.of("token", "t", "broker", "http://b")), "", 1);
    lifecycle.registered(session);
    return session;
  }

  @Test
  void after_the_last_cycle_the_pilot_drains() throws Exception {
    PilotSession session = register();
    assertThat(lifecycle.takeCycle()).isTrue();
    assertThat(lifecycle.mayRequestJobs(session)).isTrue();
    assertThat(lifecycle.takeCycle()).isFalse();
    assertThat(lifecycle.mayRequestJobs(session)).isFalse();
    assertThat(lifecycle.takeCycle()).isFalse();
    assertThat(notifications).containsExactly("drain");
    assertThat(lifecycle.endReason()).isEqualTo("its cycles are done");
  }

  @Test
  void a_lost_session_stops_new_payloads_until_the_pilot_registers_again() throws Exception {
    PilotSession lost = register();
    assertThat(lifecycle.payloadStop(lost)).isNull();
    lifecycle.sessionLost(lost, "410");
    lifecycle.sessionLost(lost, "410");
    assertThat(notifications).containsExactly("lost");
    assertThat(lifecycle.payloadStop(lost)).isEqualTo(PayloadStop.PILOT_LOST);
    assertThat(lifecycle.mayRequestJobs(lost)).isFalse();
    PilotSession next = register();
    assertThat(lifecycle.mayRequestJobs(lost)).isFalse();
    assertThat(lifecycle.mayRequestJobs(next)).isTrue();
  }

  @Test
  void an_expired_token_counts_only_for_the_present_session() throws Exception {
    PilotSession before = register();
    PilotSession present = register();
    lifecycle.tokenExpired(before);
    assertThat(lifecycle.needsNewToken()).isFalse();
    lifecycle.tokenExpired(present);
    assertThat(lifecycle.needsNewToken()).isTrue();
    lifecycle.tokenRenewed();
    assertThat(lifecycle.needsNewToken()).isFalse();
  }

  @Test
  void the_first_reason_to_stop_remains() throws Exception {
    PilotSession session = register();
    lifecycle.stop("first");
    lifecycle.stop("second");
    assertThat(lifecycle.shutDown().reason()).isEqualTo("first");
    assertThat(lifecycle.payloadStop(session)).isEqualTo(PayloadStop.pilotEnds("first"));
    assertThat(lifecycle.endReason()).isEqualTo("first");
  }

  @Test
  void draining_ends_a_pause_but_not_the_pause_between_deliveries() throws Exception {
    register();
    CompletableFuture<Void> pause = inBackground(() -> lifecycle.pause(LONG_PAUSE));
    CompletableFuture<Void> delivery = inBackground(() -> lifecycle.pauseUntilStop(LONG_PAUSE));
    lifecycle.drain("drained");
    pause.get(30, TimeUnit.SECONDS);
    assertThat(delivery).isNotDone();
    lifecycle.stop("stopped");
    delivery.get(30, TimeUnit.SECONDS);
  }

  private interface Pause {
    void run() throws InterruptedException;
  }

  private static CompletableFuture<Void> inBackground(Pause pause) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                pause.run();
                done.complete(null);
              } catch (InterruptedException e) {
                done.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    // A pause that begins after the stop would not end with it.
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return done;
  }
}

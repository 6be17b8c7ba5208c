package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.contracts.Event;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.inbox.Events;
import org.p3s.platform.outbox.Outbox;

/** Handles ends of pilots: an ended pilot holds no job any more, and its uuid gets none again. */
@ApplicationScoped
public class PilotEndHandler {

  /** The reason if a lost pilot's heartbeat gives none. */
  static final String NO_HEARTBEAT = "pilot lost: no heartbeat";

  private static final String LOST = "timeout";

  private final LiveJobStore jobs;
  private final DecisionWriter writer;
  private final Dispatcher dispatcher;
  private final Outbox outbox;
  private final ServiceLog log;
  private final InstantSource clock;

  PilotEndHandler(
      LiveJobStore jobs,
      DecisionWriter writer,
      Dispatcher dispatcher,
      Outbox outbox,
      ServiceLog log,
      InstantSource clock) {
    this.jobs = jobs;
    this.writer = writer;
    this.dispatcher = dispatcher;
    this.outbox = outbox;
    this.log = log;
    this.clock = clock;
  }

  /** Handles a batch of heartbeats; those that are no ends are ignored. */
  public Uni<Void> handle(List<Event> events) {
    Map<UUID, PilotHeartbeat> ends = new LinkedHashMap<>();
    for (PilotHeartbeat heartbeat : Events.ofType(PilotHeartbeat.class, events)) {
      if (heartbeat.kind() == PilotHeartbeat.Kind.END) {
        ends.putIfAbsent(heartbeat.pilot(), heartbeat);
      }
    }
    return ends.isEmpty() ? Uni.createFrom().voidItem() : end(ends);
  }

  private Uni<Void> end(Map<UUID, PilotHeartbeat> ends) {
    Instant now = clock.instant();
    List<LiveJobStore.EndedPilot> ended =
        ends.values().stream()
            .map(heartbeat -> new LiveJobStore.EndedPilot(heartbeat.pilot(), reason(heartbeat)))
            .toList();
    return outbox
        .transact(
            tx ->
                jobs.addEndedPilots(tx, ended, now)
                    .chain(() -> jobs.lockHeldBy(tx, ends.keySet()))
                    .map(
                        held ->
                            writer.write(
                                tx,
                                held.stream().map(job -> decide(job, ends, now)).toList(),
                                now)))
        .invoke(
            written -> {
              writer.committed(written);
              written.ends().forEach(this::warn);
              if (written.mayAllowClaim()) {
                dispatcher.queueChangedEverywhere();
              }
              dispatcher.pilotsEnded(ends.keySet());
            })
        .replaceWithVoid();
  }

  private static Decision decide(Job job, Map<UUID, PilotHeartbeat> ends, Instant now) {
    Holder holder = job.holder();
    PilotHeartbeat heartbeat = holder == null ? null : ends.get(holder.pilot());
    return heartbeat == null
        ? new Decision.NoChange()
        : job.pilotEnded(LOST.equals(heartbeat.state()), reason(heartbeat), now);
  }

  private static String reason(PilotHeartbeat heartbeat) {
    String reason = heartbeat.reason();
    if (reason != null) {
      return reason;
    }
    return LOST.equals(heartbeat.state()) ? NO_HEARTBEAT : "pilot stopped";
  }

  private void warn(Decision.End end) {
    Holder holder = end.job().holder();
    log.warn(
        "pilot %s ended (%s): its job %s ends as %s, the broker does not retry it"
            .formatted(
                holder == null ? "?" : holder.pilot(),
                end.reason(),
                end.job().uuid(),
                end.state().text()));
  }
}

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
import org.p3s.broker.domain.Job;
import org.p3s.contracts.Event;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;

/** A pilot that ended holds nothing any more. A uuid that ended never comes back. */
@ApplicationScoped
public class PilotEnds {

  private static final String LOST = "timeout";

  private final JobStore jobs;
  private final Keeper keeper;
  private final Dispatcher dispatcher;
  private final Outbox outbox;
  private final ServiceLog log;
  private final InstantSource clock;

  PilotEnds(
      JobStore jobs,
      Keeper keeper,
      Dispatcher dispatcher,
      Outbox outbox,
      ServiceLog log,
      InstantSource clock) {
    this.jobs = jobs;
    this.keeper = keeper;
    this.dispatcher = dispatcher;
    this.outbox = outbox;
    this.log = log;
    this.clock = clock;
  }

  /** Takes a batch of heartbeats; only ends matter here. */
  public Uni<Void> take(List<Event> events) {
    Map<UUID, PilotHeartbeat> ends = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof PilotHeartbeat beat && beat.kind() == PilotHeartbeat.Kind.END) {
        ends.putIfAbsent(beat.pilot(), beat);
      }
    }
    return ends.isEmpty() ? Uni.createFrom().voidItem() : end(ends);
  }

  private Uni<Void> end(Map<UUID, PilotHeartbeat> ends) {
    Instant now = clock.instant();
    List<JobStore.Gone> gone =
        ends.values().stream().map(beat -> new JobStore.Gone(beat.pilot(), why(beat))).toList();
    return outbox
        .transact(
            tx ->
                jobs.gone(tx, gone, now)
                    .chain(() -> jobs.lockHeldBy(tx, ends.keySet()))
                    .map(
                        held ->
                            keeper.store(
                                tx,
                                held.stream().map(job -> decide(job, ends, now)).toList(),
                                now)))
        .invoke(
            stored -> {
              keeper.committed(stored);
              stored.ends().forEach(this::tell);
              if (stored.opensSomething()) {
                dispatcher.changedForAll();
              }
              dispatcher.ended(ends.keySet());
            })
        .replaceWithVoid();
  }

  private static Decision decide(Job job, Map<UUID, PilotHeartbeat> ends, Instant now) {
    var holder = job.holder();
    PilotHeartbeat beat = holder == null ? null : ends.get(holder.pilot());
    return beat == null
        ? new Decision.Leave()
        : job.pilotEnded(LOST.equals(beat.state()), why(beat), now);
  }

  private static String why(PilotHeartbeat beat) {
    String reason = beat.reason();
    if (reason != null) {
      return reason;
    }
    return LOST.equals(beat.state()) ? "pilot lost: no sign of life" : "pilot stopped";
  }

  private void tell(Decision.End end) {
    var holder = end.job().holder();
    log.warn(
        "pilot %s ended (%s): its job %s ends as %s, nothing is retried by the broker"
            .formatted(
                holder == null ? "?" : holder.pilot(),
                end.reason(),
                end.job().uuid(),
                end.state().text()));
  }
}

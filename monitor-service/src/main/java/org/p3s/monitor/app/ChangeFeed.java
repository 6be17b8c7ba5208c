package org.p3s.monitor.app;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.ServiceRecord;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;

/** Reports which kinds of things changed, at most twice per second, and nothing while none did. */
@ApplicationScoped
public class ChangeFeed {

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final BroadcastProcessor<Set<String>> feed = BroadcastProcessor.create();
  private Set<String> pending = new TreeSet<>();
  private boolean timerRuns;

  /** The kinds that changed: job, workflow, pilot, file, service, dqm. */
  public Multi<Set<String>> changes() {
    // A reader that is too slow misses a notice of a change; the next one serves it as well.
    return feed.onOverflow().drop();
  }

  synchronized void publish(List<Event> events) {
    events.forEach(event -> pending.add(kind(event)));
    if (!timerRuns) {
      timerRuns = true;
      Uni.createFrom()
          .voidItem()
          .onItem()
          .delayIt()
          .by(PAUSE)
          .subscribe()
          .with(elapsed -> notifyReaders());
    }
  }

  private void notifyReaders() {
    Set<String> kinds;
    synchronized (this) {
      kinds = pending;
      pending = new TreeSet<>();
      timerRuns = false;
    }
    feed.onNext(kinds);
  }

  private static String kind(Event event) {
    if (event instanceof WorkflowDefined || event instanceof WorkflowFinished) {
      return "workflow";
    }
    if (event instanceof PilotHeartbeat) {
      return "pilot";
    }
    if (event instanceof FileArrived) {
      return "file";
    }
    if (event instanceof ServiceRecord) {
      return "service";
    }
    return event instanceof DqmResult ? "dqm" : "job";
  }
}

package org.p3s.monitor.projection;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
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

/** Says what kinds of things changed, at most twice per second; silent while nothing changes. */
@ApplicationScoped
public class Changes {

  private static final long PAUSE_MILLIS = 500;

  private final BroadcastProcessor<Set<String>> stream = BroadcastProcessor.create();
  private final Vertx vertx;
  private Set<String> pending = new TreeSet<>();
  private boolean waiting;

  Changes(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The kinds that changed: job, workflow, pilot, file, service, dqm. */
  public Multi<Set<String>> stream() {
    // A browser that reads too slowly misses a hint to look again, nothing else.
    return stream.onOverflow().drop();
  }

  synchronized void happened(List<Event> events) {
    events.forEach(event -> pending.add(kind(event)));
    if (!waiting) {
      waiting = true;
      vertx.setTimer(PAUSE_MILLIS, tick -> tell());
    }
  }

  private void tell() {
    Set<String> kinds;
    synchronized (this) {
      kinds = pending;
      pending = new TreeSet<>();
      waiting = false;
    }
    stream.onNext(kinds);
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

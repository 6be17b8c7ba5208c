package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.p3s.contracts.Event;

/** Projects batches of events into the tables and notifies open pages of what changed. */
@ApplicationScoped
public class EventProjector {

  private final ProjectionStore store;
  private final ChangeFeed changes;

  EventProjector(ProjectionStore store, ChangeFeed changes) {
    this.store = store;
    this.changes = changes;
  }

  /** Applies the batch; completes after the commit. */
  public Uni<Void> project(List<Event> batch) {
    return store.apply(batch).invoke(() -> changes.publish(batch));
  }
}

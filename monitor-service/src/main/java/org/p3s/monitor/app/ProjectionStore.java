package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.p3s.contracts.Event;

/** The tables into which events are projected. */
public interface ProjectionStore {

  /**
   * Applies a batch of events in one transaction. Events that come twice, and events of different
   * topics in any order, give the same rows.
   */
  Uni<Void> apply(List<Event> batch);
}

package org.p3s.platform.inbox;

import java.util.List;
import org.p3s.contracts.Event;

/** Picks events out of a batch. */
public final class Events {

  /** The events of one type, in their order. */
  public static <E extends Event> List<E> ofType(Class<E> type, List<Event> batch) {
    return batch.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private Events() {}
}

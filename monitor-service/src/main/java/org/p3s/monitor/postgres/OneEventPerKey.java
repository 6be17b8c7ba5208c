package org.p3s.monitor.postgres;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.p3s.contracts.Event;

/** Reduces the events of a batch to one per row, because an upsert may touch a row only once. */
final class OneEventPerKey {

  /**
   * One event per key, in the order of the keys. Two replicas that write the same rows with the
   * same statement then lock them in the same order, so neither waits for the other in a deadlock.
   * A deadlock between different statements is still possible; the inbox then repeats the batch.
   *
   * @param choose gets two events of one key in the order in which they came
   */
  static <E extends Event> List<E> of(
      List<E> events, Function<E, UUID> key, BinaryOperator<E> choose) {
    Map<UUID, E> byKey = new TreeMap<>(Comparator.comparing(UUID::toString));
    events.forEach(event -> byKey.merge(key.apply(event), event, choose));
    return List.copyOf(byKey.values());
  }

  private OneEventPerKey() {}
}

package org.p3s.monitor.projection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.p3s.contracts.Event;
import org.p3s.contracts.JsonCodec;

/** Events as one JSON array, which a statement takes apart by {@code jsonb_to_recordset}. */
final class Rows {

  static String json(Collection<? extends Event> events) {
    ArrayNode array = JsonCodec.mapper().createArrayNode();
    for (Event event : events) {
      ObjectNode row = JsonCodec.mapper().valueToTree(event);
      // PostgreSQL's text has no NUL; a payload's output may.
      array.add(row);
    }
    return array.toString().replace("\\u0000", "\uFFFD");
  }

  /** One event per key, since an upsert touches a row only once. */
  static <K, E> List<E> one(List<E> events, Function<E, K> key, BinaryOperator<E> wins) {
    Map<K, E> byKey = new LinkedHashMap<>();
    events.forEach(event -> byKey.merge(key.apply(event), event, wins));
    return List.copyOf(byKey.values());
  }

  private Rows() {}
}

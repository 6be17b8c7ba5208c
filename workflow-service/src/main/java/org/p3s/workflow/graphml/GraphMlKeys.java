package org.p3s.workflow.graphml;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a file declares: which attribute an id stands for, and its value where an element
 * gives none.
 */
final class GraphMlKeys {

  /** More than this are refused. */
  static final int MOST = 1_000;

  /**
   * A key; graph editors keep their layout under keys that have no name.
   *
   * @param domain {@code all}, or the element that it is for
   */
  record Key(@Nullable String name, String domain, @Nullable String byDefault) {

    private boolean isFor(GraphMlPart part) {
      return domain.equals("all") || domain.equals(part.element());
    }
  }

  private final Map<String, Key> byId = new LinkedHashMap<>();
  // Gathered once and not for each element, of which there may be very many.
  private final Map<GraphMlPart, Map<String, String>> defaults = new EnumMap<>(GraphMlPart.class);

  /** False if there would be too many. */
  boolean add(String id, Key key) {
    byId.put(id, key);
    defaults.clear();
    return byId.size() <= MOST;
  }

  @Nullable Key get(String id) {
    return byId.get(id);
  }

  /** The values of attributes by name, as far as the keys so far have some. */
  Map<String, String> defaults(GraphMlPart part) {
    return defaults.computeIfAbsent(part, this::gather);
  }

  private Map<String, String> gather(GraphMlPart part) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Key key : byId.values()) {
      if (key.name() != null
          && key.byDefault() != null
          && key.isFor(part)
          && part.knows(key.name())) {
        values.put(key.name(), key.byDefault());
      }
    }
    return values;
  }
}

package org.p3s.workflow.graphml;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a file declares: which attribute an id stands for, and the value of the attribute
 * for elements that do not give one.
 */
final class GraphMlKeys {

  /** A file with more keys is refused. */
  static final int MAX = 1_000;

  /**
   * A key.
   *
   * @param name null for the keys under which graph editors store their layout
   * @param domain {@code all}, or the element that it is for
   */
  record Key(@Nullable String name, String domain, @Nullable String defaultValue) {

    private boolean isFor(GraphMlPart part) {
      return domain.equals("all") || domain.equals(part.element());
    }
  }

  private final Map<String, Key> byId = new LinkedHashMap<>();
  // Computed once and not for each element, because there may be very many.
  private final Map<GraphMlPart, Map<String, String>> defaults = new EnumMap<>(GraphMlPart.class);

  /** Adds a key; false if there are too many. */
  boolean add(String id, Key key) {
    byId.put(id, key);
    defaults.clear();
    return byId.size() <= MAX;
  }

  @Nullable Key get(String id) {
    return byId.get(id);
  }

  /** The default values of attributes by name. */
  Map<String, String> defaults(GraphMlPart part) {
    return defaults.computeIfAbsent(part, this::computeDefaults);
  }

  private Map<String, String> computeDefaults(GraphMlPart part) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Key key : byId.values()) {
      if (key.name() != null
          && key.defaultValue() != null
          && key.isFor(part)
          && part.knows(key.name())) {
        values.put(key.name(), key.defaultValue());
      }
    }
    return values;
  }
}

package org.p3s.monitor.app;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted; lists are newest first.
 *
 * @param after the uuid of the last row of the page before; null: the first page
 * @param limit the most rows
 */
public record PageRequest(@Nullable UUID after, int limit) {

  public static PageRequest first(int limit) {
    return new PageRequest(null, limit);
  }
}

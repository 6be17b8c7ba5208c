package org.p3s.platform.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next the token for {@code ?after=}, null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {

  /**
   * Makes a page of up to {@code limit + 1} rows; the extra row tells that there is a next page.
   */
  public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> token) {
    if (rows.size() <= limit) {
      return new Page<>(List.copyOf(rows), null);
    }
    List<T> items = List.copyOf(rows.subList(0, limit));
    return new Page<>(items, token.apply(items.get(limit - 1)));
  }
}

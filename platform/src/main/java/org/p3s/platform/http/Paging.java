package org.p3s.platform.http;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;

/** The query parameters {@code limit} and {@code after} of lists. */
public final class Paging {

  public static final int DEFAULT_LIMIT = 100;
  public static final int MAX_LIMIT = 1_000;

  /** The page size, 1 to 1,000; 100 where none is given. */
  public static int limit(@Nullable Integer limit) {
    if (limit == null) {
      return DEFAULT_LIMIT;
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw ProblemException.invalid("?limit", "is 1 to " + MAX_LIMIT + ", not " + limit);
    }
    return limit;
  }

  /** The UUID after which the page starts, where tokens are UUIDs. */
  public static @Nullable UUID after(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      return null;
    }
    try {
      return UUID.fromString(token);
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalid("?after", "is no token of an earlier page: " + token);
    }
  }

  private Paging() {}
}

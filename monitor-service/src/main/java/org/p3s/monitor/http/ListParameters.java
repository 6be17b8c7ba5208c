package org.p3s.monitor.http;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.PageRequest;
import org.p3s.platform.http.Paging;
import org.p3s.platform.problem.ProblemException;

/** Checks the parameters that lists have in common. */
final class ListParameters {

  static PageRequest page(@Nullable Integer limit, @Nullable String after) {
    return new PageRequest(Paging.after(after), Paging.limit(limit));
  }

  static @Nullable String state(@Nullable String state, Set<String> known) {
    if (state != null && !known.contains(state)) {
      throw ProblemException.invalid("?state", "is one of " + known + ", not '" + state + "'");
    }
    return state;
  }

  static @Nullable Instant since(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw ProblemException.invalid("?since", "is a time such as 2026-11-24T10:00:00Z");
    }
  }

  private ListParameters() {}
}

package org.p3s.monitor.postgres;

import static java.util.stream.Collectors.joining;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.regex.Pattern;
import org.p3s.contracts.Event;
import org.p3s.contracts.JsonCodec;

/**
 * A statement that writes any number of events at once. Its only parameter is a JSON array of the
 * events, which it reads with {@code jsonb_to_recordset($1::text::jsonb)}. Without the cast to text
 * the client would send the array as one JSON string.
 */
record BatchStatement(String text) {

  /** The escape of the character NUL, with an even number of backslashes before it. */
  private static final Pattern ESCAPED_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  /** Does nothing if there are no events. */
  Uni<Void> execute(SqlConnection sql, List<? extends Event> events) {
    return events.isEmpty()
        ? Uni.createFrom().voidItem()
        : sql.preparedQuery(text).execute(Tuple.of(json(events))).replaceWithVoid();
  }

  /** The output of a payload may contain NUL, but a text in PostgreSQL may not. */
  static String json(List<? extends Event> events) {
    String json = events.stream().map(JsonCodec::write).collect(joining(",", "[", "]"));
    return json.contains("\\u0000") ? ESCAPED_NUL.matcher(json).replaceAll("$1\uFFFD") : json;
  }
}

package org.p3s.platform.outbox;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.kafka.Publisher;
import org.p3s.platform.sql.RowValues;

/** Rows of the outbox, in identity order, that are sent together. */
record OutboxBatch(List<Long> ids, List<Publisher.Stored> events) {

  /** What became of a batch; {@code failure} is the first one, null if all events were sent. */
  record Result(List<Long> delivered, @Nullable Throwable failure) {}

  static OutboxBatch of(RowSet<Row> rows) {
    return new OutboxBatch(
        RowValues.list(rows, row -> row.getLong("id")), RowValues.list(rows, OutboxBatch::event));
  }

  private static Publisher.Stored event(Row row) {
    return new Publisher.Stored(
        row.getString("topic"),
        row.getString("key"),
        row.getString("type"),
        row.getUUID("event_id"),
        RowValues.instant(row, "created_at"),
        row.getString("payload"));
  }

  /**
   * Decides which rows are delivered.
   *
   * <p>An event that follows a failed one of the same topic and key counts as not delivered, even
   * if Kafka has it: it is sent again after the failed one, so that the last event of a key is the
   * newest.
   *
   * @param failures for each event null, or why it was not sent
   */
  Result result(List<@Nullable Throwable> failures) {
    Set<String> failedKeys = new HashSet<>();
    List<Long> delivered = new ArrayList<>(ids.size());
    Throwable first = null;
    for (int i = 0; i < ids.size(); i++) {
      String key = events.get(i).topic() + ' ' + events.get(i).key();
      Throwable failure = failures.get(i);
      if (failure != null) {
        failedKeys.add(key);
        first = first == null ? failure : first;
      }
      if (!failedKeys.contains(key)) {
        delivered.add(ids.get(i));
      }
    }
    return new Result(delivered, first);
  }
}

package org.p3s.platform.outbox;

import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.p3s.contracts.Event;

/** A transaction that may also say what happened. */
public final class Tx {

  private final SqlConnection sql;
  private final List<Event> events = new ArrayList<>();

  Tx(SqlConnection sql) {
    this.sql = sql;
  }

  /** The connection of this transaction. */
  public SqlConnection sql() {
    return sql;
  }

  /** Says that something happened; leaves the service only if the transaction commits. */
  public void emit(Event event) {
    events.add(event);
  }

  /** As {@link #emit(Event)}, for several, in order. */
  public void emit(Collection<? extends Event> happened) {
    events.addAll(happened);
  }

  List<Event> events() {
    return events;
  }
}

package org.p3s.platform.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.p3s.contracts.Event;

/** A transaction that may also say what happened. */
public final class Tx {

  private final SqlConnection sql;
  private final List<Event> events = new ArrayList<>();
  private final List<Uni<Void>> sent = new ArrayList<>();

  Tx(SqlConnection sql) {
    this.sql = sql;
  }

  /** The connection of this transaction. */
  public SqlConnection sql() {
    return sql;
  }

  /**
   * Sends statements now and waits for them only with the commit, which fails if they do: for
   * changes whose outcome nobody looks at. What is sent after them sees what they did.
   */
  public void pipeline(Uni<Void> statements) {
    Uni<Void> under = statements.memoize().indefinitely();
    under.subscribe().with(done -> {}, failure -> {});
    sent.add(under);
  }

  List<Uni<Void>> sent() {
    return sent;
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

package org.p3s.platform.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.p3s.contracts.Event;

/** A transaction that may also publish events; see {@link Outbox#transact}. */
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
   * Sends statements now and waits for them only at the commit, which fails if they failed. For
   * changes whose result the work does not read. Statements that are sent later see their effect.
   */
  public void pipeline(Uni<Void> statements) {
    Uni<Void> running = statements.memoize().indefinitely();
    running.subscribe().with(done -> {}, failure -> {});
    sent.add(running);
  }

  List<Uni<Void>> sent() {
    return sent;
  }

  /** Publishes an event if, and only if, the transaction commits. */
  public void emit(Event event) {
    events.add(event);
  }

  /** Publishes events in this order if, and only if, the transaction commits. */
  public void emit(Collection<? extends Event> published) {
    events.addAll(published);
  }

  List<Event> events() {
    return events;
  }
}

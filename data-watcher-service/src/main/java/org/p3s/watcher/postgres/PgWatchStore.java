package org.p3s.watcher.postgres;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.p3s.contracts.JsonCodec;
import org.p3s.platform.sql.RowValues;
import org.p3s.watcher.app.WatchStore;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.Watch;

/**
 * The watches in SQL. The definition of a watch is one JSON document, because it is always read and
 * written as one.
 */
@ApplicationScoped
class PgWatchStore implements WatchStore {

  private static final ObjectMapper MAPPER =
      JsonCodec.mapper().copy().addMixIn(AfterAction.class, WrittenAsText.class);

  private final Pool pool;

  PgWatchStore(Pool pool) {
    this.pool = pool;
  }

  /** The JSON value of an enum, for Jackson; the domain has no annotations for JSON. */
  private interface WrittenAsText {
    @JsonValue
    String text();
  }

  @Override
  public Uni<List<StoredWatch>> list() {
    return pool.query("SELECT * FROM watch ORDER BY name")
        .execute()
        .map(rows -> RowValues.list(rows, PgWatchStore::stored));
  }

  @Override
  public Uni<Boolean> add(Watch watch, boolean paused) {
    return pool.preparedQuery(
            """
            INSERT INTO watch (name, definition, usr, paused) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO NOTHING
            """)
        .execute(Tuple.of(watch.name(), json(watch), watch.user(), paused))
        .map(rows -> rows.rowCount() == 1);
  }

  @Override
  public Uni<Boolean> setPaused(String name, boolean paused) {
    return pool.preparedQuery("UPDATE watch SET paused = $2 WHERE name = $1")
        .execute(Tuple.of(name, paused))
        .map(rows -> rows.rowCount() == 1);
  }

  @Override
  public Uni<Boolean> remove(String name) {
    return pool.preparedQuery("DELETE FROM watch WHERE name = $1")
        .execute(Tuple.of(name))
        .map(rows -> rows.rowCount() == 1);
  }

  private static JsonObject json(Watch watch) {
    try {
      return new JsonObject(MAPPER.writeValueAsString(watch));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write watch " + watch.name(), e);
    }
  }

  private static StoredWatch stored(Row row) {
    try {
      String text = row.getJsonObject("definition").encode();
      return new StoredWatch(MAPPER.readValue(text, Watch.class), row.getBoolean("paused"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot read watch " + row.getString("name"), e);
    }
  }
}

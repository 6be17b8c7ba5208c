package org.p3s.watcher.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.p3s.contracts.JsonCodec;
import org.p3s.watcher.domain.Watch;

/** The watches; their definition is one JSON document, since nothing asks for parts of it. */
@ApplicationScoped
public class WatchStore {

  /** A watch and whether it rests. */
  public record Stored(Watch watch, boolean paused) {}

  private final Pool pool;

  WatchStore(Pool pool) {
    this.pool = pool;
  }

  public Uni<List<Stored>> list() {
    return pool.query("SELECT * FROM watch ORDER BY name")
        .execute()
        .map(rows -> rows.stream().map(WatchStore::stored).toList());
  }

  /** False if there is one of that name. */
  public Uni<Boolean> add(Watch watch, boolean paused) {
    return pool.preparedQuery(
            """
            INSERT INTO watch (name, definition, usr, paused) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO NOTHING
            """)
        .execute(Tuple.of(watch.name(), json(watch), watch.user(), paused))
        .map(rows -> rows.rowCount() == 1);
  }

  public Uni<Boolean> pause(String name, boolean paused) {
    return pool.preparedQuery("UPDATE watch SET paused = $2 WHERE name = $1")
        .execute(Tuple.of(name, paused))
        .map(rows -> rows.rowCount() == 1);
  }

  /** The ledger keeps its lines. */
  public Uni<Boolean> remove(String name) {
    return pool.preparedQuery("DELETE FROM watch WHERE name = $1")
        .execute(Tuple.of(name))
        .map(rows -> rows.rowCount() == 1);
  }

  private static JsonObject json(Watch watch) {
    try {
      return new JsonObject(JsonCodec.mapper().writeValueAsString(watch));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Stored stored(Row row) {
    try {
      String text = row.getJsonObject("definition").encode();
      return new Stored(JsonCodec.mapper().readValue(text, Watch.class), row.getBoolean("paused"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored watch " + row.getString("name"), e);
    }
  }
}

package org.p3s.pilots.postgres;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.domain.HeartbeatJob;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotCommand;
import org.p3s.pilots.domain.PilotState;
import org.p3s.pilots.domain.PilotStatus;
import org.p3s.platform.sql.RowValues;

/** Reads rows of the table {@code pilot}, and writes its JSON. */
final class PilotRows {

  static Pilot pilot(Row row) {
    return new Pilot(
        row.getUUID("uuid"),
        row.getString("site"),
        row.getString("host"),
        row.getLong("pid"),
        state(row.getString("state")),
        PilotStatus.valueOf(row.getString("status")),
        row.getInteger("slots"),
        jobs(row.getJsonArray("jobs")),
        row.getInteger("jobcount"),
        row.getString("extra"),
        Duration.ofSeconds(row.getInteger("beat_s")),
        command(row.getString("command")),
        row.getString("reason"),
        RowValues.instant(row, "ts_cre"),
        RowValues.instant(row, "ts_reg"),
        RowValues.instant(row, "ts_lhb"),
        RowValues.instantOrNull(row, "ts_end"));
  }

  static PilotState state(String text) {
    return PilotState.of(text)
        .orElseThrow(() -> new IllegalStateException("no state of a pilot: " + text));
  }

  private static @Nullable PilotCommand command(@Nullable String text) {
    return text == null ? null : PilotCommand.of(text);
  }

  static JsonArray json(List<HeartbeatJob> jobs) {
    JsonArray array = new JsonArray();
    jobs.forEach(
        held ->
            array.add(
                new JsonObject()
                    .put("job", held.job().toString())
                    .put("lease", held.lease())
                    .put("pid", held.pid())));
    return array;
  }

  private static List<HeartbeatJob> jobs(JsonArray array) {
    List<HeartbeatJob> jobs = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      JsonObject held = array.getJsonObject(i);
      jobs.add(
          new HeartbeatJob(
              UUID.fromString(held.getString("job")), held.getLong("lease"), held.getLong("pid")));
    }
    return jobs;
  }

  private PilotRows() {}
}

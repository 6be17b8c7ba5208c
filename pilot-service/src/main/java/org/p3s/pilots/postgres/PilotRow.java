package org.p3s.pilots.postgres;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.PilotHeartbeat;

/** A row of the table of pilots. */
public record PilotRow(
    UUID uuid,
    String site,
    String host,
    long pid,
    String state,
    String status,
    int slots,
    List<PilotHeartbeat.Held> jobs,
    int jobcount,
    @Nullable String extra,
    int beatS,
    @Nullable String command,
    @Nullable String reason,
    Instant tsCre,
    Instant tsReg,
    Instant tsLhb,
    @Nullable Instant tsEnd) {
  static PilotRow of(Row row) {
    return new PilotRow(
        row.getUUID("uuid"),
        row.getString("site"),
        row.getString("host"),
        row.getLong("pid"),
        row.getString("state"),
        row.getString("status"),
        row.getInteger("slots"),
        PilotRow.held(row.getJsonArray("jobs")),
        row.getInteger("jobcount"),
        row.getString("extra"),
        row.getInteger("beat_s"),
        row.getString("command"),
        row.getString("reason"),
        PilotRow.instant(row, "ts_cre"),
        PilotRow.instant(row, "ts_reg"),
        PilotRow.instant(row, "ts_lhb"),
        row.getOffsetDateTime("ts_end") == null ? null : PilotRow.instant(row, "ts_end"));
  }

  static JsonArray json(List<PilotHeartbeat.Held> jobs) {
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

  private static List<PilotHeartbeat.Held> held(JsonArray array) {
    List<PilotHeartbeat.Held> jobs = new ArrayList<>();
    for (int i = 0; i < array.size(); ++i) {
      JsonObject held = array.getJsonObject(i);
      jobs.add(
          new PilotHeartbeat.Held(
              UUID.fromString(held.getString("job")), held.getLong("lease"), held.getLong("pid")));
    }
    return jobs;
  }

  private static Instant instant(Row row, String column) {
    OffsetDateTime time = Objects.requireNonNull(row.getOffsetDateTime(column), column);
    return time.toInstant();
  }

  public PilotHeartbeat event(PilotHeartbeat.Kind kind, Instant at) {
    return new PilotHeartbeat(
        uuid, kind, site, host, pid, state, status, slots, jobs, jobcount, extra, reason, tsReg,
        at);
  }
}

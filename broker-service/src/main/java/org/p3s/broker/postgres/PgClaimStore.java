package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.ClaimResult;
import org.p3s.broker.app.ClaimStore;
import org.p3s.broker.app.ClaimedJob;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.ColumnArrays;
import org.p3s.platform.sql.RowValues;

/**
 * Calls the SQL function {@code claim_jobs}, which has the rules and the order of the claim: {@code
 * src/main/resources/db/migration/R__claim.sql}. This is the hottest path of the broker.
 */
@ApplicationScoped
class PgClaimStore implements ClaimStore {

  private static final String CLAIM =
      "SELECT * FROM claim_jobs($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[], $5::int[],"
          + " $6::int[], $7::text[], $8::jsonb[], $9, $10::timestamptz, $11::timestamptz)";

  private static final Comparator<@Nullable Instant> ENDLESS_LAST =
      Comparator.nullsLast(Comparator.naturalOrder());

  @Override
  public Uni<List<ClaimResult>> claim(
      Tx tx, List<SlotRequest> requests, FairShare share, Instant now, Instant confirmBy) {
    Map<SlotRequest.Kind, List<Integer>> byKind = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      byKind.computeIfAbsent(requests.get(i).kind(), kind -> new ArrayList<>()).add(i);
    }
    List<Integer> order = new ArrayList<>(requests.size());
    Tuple kinds = kinds(byKind, requests, order);
    Tuple parameters =
        new ColumnArrays<>(order)
            .add(UUID[]::new, i -> requests.get(i).pilot())
            .add(Integer[]::new, i -> requests.get(i).slot())
            .add(UUID[]::new, i -> requests.get(i).requestId())
            .add(OffsetDateTime[]::new, i -> RowValues.timeOrNull(requests.get(i).pilotEndsAt()))
            .tuple();
    for (int i = 0; i < kinds.size(); i++) {
      parameters.addValue(kinds.getValue(i));
    }
    parameters
        .addValue(share.text())
        .addValue(RowValues.time(now))
        .addValue(RowValues.time(confirmBy));
    return tx.sql()
        .preparedQuery(CLAIM)
        .execute(parameters)
        .map(rows -> RowValues.list(rows, row -> result(row, order, requests)));
  }

  /**
   * The arrays for the kinds of requests: first and last request, site and labels of each.
   *
   * @param order is filled with the indexes of the requests, sorted by kind and by the ends of the
   *     pilots
   */
  private static Tuple kinds(
      Map<SlotRequest.Kind, List<Integer>> byKind,
      List<SlotRequest> requests,
      List<Integer> order) {
    Integer[] from = new Integer[byKind.size()];
    Integer[] to = new Integer[byKind.size()];
    String[] sites = new String[byKind.size()];
    JsonObject[] labels = new JsonObject[byKind.size()];
    int k = 0;
    for (Map.Entry<SlotRequest.Kind, List<Integer>> kind : byKind.entrySet()) {
      from[k] = order.size() + 1;
      kind.getValue().stream()
          .sorted(Comparator.comparing(i -> requests.get(i).pilotEndsAt(), ENDLESS_LAST))
          .forEach(order::add);
      to[k] = order.size();
      sites[k] = kind.getKey().site();
      labels[k] = new JsonObject(new LinkedHashMap<>(kind.getKey().labels()));
      k++;
    }
    return Tuple.tuple().addValue(from).addValue(to).addValue(sites).addValue(labels);
  }

  private static ClaimResult result(Row row, List<Integer> order, List<SlotRequest> requests) {
    int index = order.get(row.getInteger("o_request") - 1);
    ClaimResult.Kind kind =
        ClaimResult.Kind.valueOf(row.getString("o_outcome").toUpperCase(Locale.ROOT));
    if (kind == ClaimResult.Kind.PILOT_ENDED) {
      return new ClaimResult(index, kind, null);
    }
    return new ClaimResult(
        index,
        kind,
        new ClaimedJob(
            row.getUUID("o_job"),
            row.getLong("o_lease"),
            requests.get(index).requestId(),
            row.getInteger("o_attempt"),
            row.getUUID("o_wfuuid"),
            row.getString("o_node"),
            row.getString("o_name"),
            row.getString("o_jobtype"),
            row.getString("o_payload"),
            row.getString("o_params"),
            JsonColumns.map(row.getValue("o_env")),
            row.getString("o_infile"),
            row.getLong("o_timelimit"),
            JsonColumns.list(row.getValue("o_inputs")),
            JsonColumns.list(row.getValue("o_outputs")),
            RowValues.instant(row, "o_ts_def")));
  }
}

package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Answer;
import org.p3s.broker.app.Offer;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.Seat;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Tx;

/** The queue in SQL, on the reactive client: one statement per batch, the broker's hottest path. */
@ApplicationScoped
class PgQueueStore implements QueueStore {

  private static final String LANES =
      """
      INSERT INTO lane (id, jobtype, site, requirements, timelimit, share)
      SELECT id, jobtype, site, requirements::jsonb, timelimit, share
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
        AS l(id, jobtype, site, requirements, timelimit, share)
      WHERE NOT EXISTS (SELECT FROM lane k WHERE k.id = l.id)
      ORDER BY id
      ON CONFLICT DO NOTHING
      """;

  private static final String DEFINE =
      """
      INSERT INTO job (uuid, lane, state, wfuuid, node, name, jobtype, payload, params, env, infile,
        priority, timelimit, attempt, maxattempts, user_name, site, requirements, inputs, outputs,
        run, subrun, optional, ts_def, stale_at, start_by, not_before)
      SELECT d.uuid, lane, 'defined', wfuuid, node, name, jobtype, payload, params, env::jsonb,
        infile, priority, timelimit, d.attempt, maxattempts, user_name, site, requirements::jsonb,
        inputs::jsonb, outputs::jsonb, run, subrun, optional, ts_def, stale_at,
        CASE WHEN needs.s <= extract(epoch FROM stale_at - ts_def)
          THEN stale_at - needs.s * interval '1 second' ELSE stale_at END, not_before
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
        $7::text[], $8::text[], $9::text[], $10::text[], $11::int[], $12::bigint[], $13::int[],
        $14::int[], $15::text[], $16::text[], $17::text[], $18::text[], $19::bigint[],
        $20::bigint[], $21::boolean[], $22::timestamptz[], $23::timestamptz[], $24::timestamptz[],
        $25::text[])
        AS d(uuid, lane, wfuuid, node, name, jobtype, payload, params, env, infile, priority,
        timelimit, attempt, maxattempts, user_name, site, requirements, outputs, run, subrun,
        optional, ts_def, stale_at, not_before, inputs)
      LEFT JOIN LATERAL (
        SELECT least(r.need_s, d.timelimit) AS s FROM run_time r
        WHERE d.stale_at IS NOT NULL AND r.jobtype = d.jobtype AND r.site IN ('', d.site)
          AND r.need_s IS NOT NULL
        ORDER BY r.site DESC LIMIT 1) needs ON true
      WHERE NOT EXISTS (
        SELECT FROM job_attempt a WHERE a.job = d.uuid AND a.attempt >= d.attempt)
      ON CONFLICT DO NOTHING
      RETURNING uuid, jobtype,
        jobtype IN (SELECT name FROM jobtype WHERE limit_backlog IS NOT NULL) AS bounded
      """;

  private static final String LET_GO =
      """
      UPDATE job SET not_before = NULL WHERE uuid IN (
        SELECT uuid FROM job WHERE not_before <= $1
        ORDER BY not_before LIMIT $2 FOR UPDATE SKIP LOCKED)
      """;

  // A repeat that arrives while the job is just ending waits for that, and then would bring it
  // back.
  private static final String UNDEFINE_ENDED =
      """
      DELETE FROM job j USING job_attempt a
      WHERE j.uuid = ANY($1::uuid[]) AND a.job = j.uuid AND a.attempt >= j.attempt
      """;

  private static final String ADJUST =
      """
      UPDATE job j SET priority = a.priority
      FROM unnest($1::uuid[], $2::int[]) AS a(job, priority)
      WHERE j.uuid = a.job AND j.priority <> a.priority
      """;

  private static final String CLAIM =
      "SELECT * FROM claim_jobs($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[], $5::int[],"
          + " $6::int[], $7::text[], $8::jsonb[], $9, $10::timestamptz, $11::timestamptz)";

  private static final int MOST_LANES = 10_000;

  // Lanes stay for ever: those that were seen committed need not be looked for again.
  private final Set<UUID> lanesThere = ConcurrentHashMap.newKeySet();

  private static final Comparator<@Nullable Instant> ENDLESS_LAST =
      Comparator.nullsLast(Comparator.naturalOrder());

  @Override
  public Uni<Queued> define(Tx tx, List<JobDefined> jobs, FairShare share) {
    Map<UUID, Lane> lanes = new LinkedHashMap<>();
    UUID[] lane = new UUID[jobs.size()];
    for (int i = 0; i < lane.length; i++) {
      Lane its = Lane.of(jobs.get(i), share);
      lanes.put(its.id(), its);
      lane[i] = its.id();
    }
    insertLanes(tx, lanes.values());
    return insertJobs(tx, jobs, lane);
  }

  @Override
  public Uni<Integer> letGo(Tx tx, Instant now, int most) {
    return tx.sql()
        .preparedQuery(LET_GO)
        .execute(Tuple.of(Rows.time(now), most))
        .map(rows -> rows.rowCount());
  }

  private void insertLanes(Tx tx, Collection<Lane> used) {
    List<Lane> lanes = used.stream().filter(lane -> !lanesThere.contains(lane.id())).toList();
    if (lanes.isEmpty()) {
      return;
    }
    Tuple columns =
        new Columns<>(lanes)
            .add(UUID[]::new, Lane::id)
            .add(String[]::new, Lane::jobtype)
            .add(String[]::new, Lane::site)
            .add(String[]::new, Lane::requirements)
            .add(Long[]::new, Lane::timelimit)
            .add(String[]::new, Lane::share)
            .tuple();
    tx.pipeline(
        tx.sql()
            .preparedQuery(LANES)
            .execute(columns)
            .invoke(rows -> remember(lanes, rows.rowCount()))
            .replaceWithVoid());
  }

  // What this transaction inserts may yet be rolled back.
  private void remember(List<Lane> lanes, int inserted) {
    if (inserted == 0 && lanesThere.size() < MOST_LANES) {
      lanes.forEach(lane -> lanesThere.add(lane.id()));
    }
  }

  private static Uni<Queued> insertJobs(Tx tx, List<JobDefined> jobs, UUID[] lanes) {
    List<Integer> index = new ArrayList<>(jobs.size());
    for (int i = 0; i < lanes.length; i++) {
      index.add(i);
    }
    Tuple columns =
        new Columns<>(index)
            .add(UUID[]::new, i -> jobs.get(i).job())
            .add(UUID[]::new, i -> lanes[i])
            .add(UUID[]::new, i -> jobs.get(i).wfuuid())
            .add(String[]::new, i -> jobs.get(i).node())
            .add(String[]::new, i -> jobs.get(i).name())
            .add(String[]::new, i -> jobs.get(i).jobtype())
            .add(String[]::new, i -> jobs.get(i).payload())
            .add(String[]::new, i -> jobs.get(i).params())
            .add(String[]::new, i -> Rows.json(jobs.get(i).env()))
            .add(String[]::new, i -> jobs.get(i).infile())
            .add(Integer[]::new, i -> jobs.get(i).priority())
            .add(Long[]::new, i -> jobs.get(i).timelimit())
            .add(Integer[]::new, i -> jobs.get(i).attempt())
            .add(Integer[]::new, i -> jobs.get(i).maxattempts())
            .add(String[]::new, i -> jobs.get(i).user())
            .add(String[]::new, i -> jobs.get(i).site())
            .add(String[]::new, i -> Rows.json(jobs.get(i).requirements()))
            .add(String[]::new, i -> Rows.json(jobs.get(i).outputs()))
            .add(Long[]::new, i -> jobs.get(i).run())
            .add(Long[]::new, i -> jobs.get(i).subrun())
            .add(Boolean[]::new, i -> jobs.get(i).optional())
            .add(OffsetDateTime[]::new, i -> Rows.time(jobs.get(i).definedAt()))
            .add(OffsetDateTime[]::new, i -> Rows.timeOrNull(jobs.get(i).staleAt()))
            .add(OffsetDateTime[]::new, i -> Rows.timeOrNull(jobs.get(i).notBefore()))
            .add(String[]::new, i -> Rows.json(jobs.get(i).inputs()))
            .tuple();
    UUID[] asked = jobs.stream().map(JobDefined::job).toArray(UUID[]::new);
    // Sent together: the second sees what the first has done.
    return Uni.combine()
        .all()
        .unis(
            tx.sql().preparedQuery(DEFINE).execute(columns),
            tx.sql().preparedQuery(UNDEFINE_ENDED).execute(Tuple.tuple().addValue(asked)))
        .asTuple()
        .map(both -> queued(both.getItem1(), both.getItem2().rowCount()));
  }

  private static Queued queued(RowSet<Row> inserted, int undone) {
    Set<String> bounded = new HashSet<>();
    for (Row row : inserted) {
      if (row.getBoolean("bounded")) {
        bounded.add(row.getString("jobtype"));
      }
    }
    return new Queued(inserted.size() - undone, bounded);
  }

  @Override
  public Uni<Void> adjust(Tx tx, Collection<JobAdjusted> adjustments) {
    Tuple columns =
        new Columns<>(List.copyOf(adjustments))
            .add(UUID[]::new, JobAdjusted::job)
            .add(Integer[]::new, JobAdjusted::priority)
            .tuple();
    return tx.sql().preparedQuery(ADJUST).execute(columns).replaceWithVoid();
  }

  @Override
  public Uni<List<Answer>> claim(
      Tx tx, List<Seat> seats, FairShare share, Instant now, Instant confirmBy) {
    Map<Seat.Kind, List<Integer>> kinds = new LinkedHashMap<>();
    for (int i = 0; i < seats.size(); i++) {
      kinds.computeIfAbsent(seats.get(i).kind(), kind -> new ArrayList<>()).add(i);
    }
    List<Integer> order = new ArrayList<>(seats.size());
    Integer[] from = new Integer[kinds.size()];
    Integer[] to = new Integer[kinds.size()];
    String[] sites = new String[kinds.size()];
    JsonObject[] labels = new JsonObject[kinds.size()];
    int k = 0;
    for (Map.Entry<Seat.Kind, List<Integer>> kind : kinds.entrySet()) {
      from[k] = order.size() + 1;
      kind.getValue().stream()
          .sorted(Comparator.comparing(i -> seats.get(i).until(), ENDLESS_LAST))
          .forEach(order::add);
      to[k] = order.size();
      sites[k] = kind.getKey().site();
      labels[k] = new JsonObject(new LinkedHashMap<>(kind.getKey().labels()));
      k++;
    }
    Tuple columns =
        new Columns<>(order)
            .add(UUID[]::new, i -> seats.get(i).pilot())
            .add(Integer[]::new, i -> seats.get(i).slot())
            .add(UUID[]::new, i -> seats.get(i).request())
            .add(OffsetDateTime[]::new, i -> Rows.timeOrNull(seats.get(i).until()))
            .tuple();
    columns.addValue(from).addValue(to).addValue(sites).addValue(labels);
    columns.addValue(share.text()).addValue(Rows.time(now)).addValue(Rows.time(confirmBy));
    return tx.sql()
        .preparedQuery(CLAIM)
        .execute(columns)
        .map(rows -> Rows.list(rows, row -> answer(row, order, seats)));
  }

  private static Answer answer(Row row, List<Integer> order, List<Seat> seats) {
    int seat = order.get(row.getInteger("o_seat") - 1);
    Answer.Kind kind = Answer.Kind.valueOf(row.getString("o_outcome").toUpperCase(Locale.ROOT));
    if (kind == Answer.Kind.GONE) {
      return new Answer(seat, kind, null);
    }
    return new Answer(
        seat,
        kind,
        new Offer(
            row.getUUID("o_job"),
            row.getLong("o_lease"),
            seats.get(seat).request(),
            row.getInteger("o_attempt"),
            row.getUUID("o_wfuuid"),
            row.getString("o_node"),
            row.getString("o_name"),
            row.getString("o_jobtype"),
            row.getString("o_payload"),
            row.getString("o_params"),
            Rows.map(row.getValue("o_env")),
            row.getString("o_infile"),
            row.getLong("o_timelimit"),
            Rows.strings(row.getValue("o_inputs")),
            Rows.strings(row.getValue("o_outputs")),
            Rows.time(row, "o_ts_def")));
  }
}

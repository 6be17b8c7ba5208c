-- Gives waiting jobs to the seats that ask, in one statement for all of them.
--
-- Seats come sorted by class; a class is what a seat offers (site and labels), with its seats at
-- [class_from, class_to], those that die first in front; a life of null never ends. Answers per
-- seat: 'gone' (its pilot has ended), 'held' (it holds a job and gets that one again), 'fresh' (a
-- new lease). A seat without an answer got nothing.
--
-- The rules are those of Matching in the domain; a test holds the two together. Limits of job types
-- are exact: claims of limited types queue up on the type's row. Everything else skips what others
-- have locked, so claims of several replicas run side by side.
--
-- p_share is none, user or jobtype. With shares, the next job of a priority is one of the share
-- that holds fewest; of several such, of the one that was given something longest ago, so that with
-- more shares than seats all have their turn. The n-th job of a share has its turn when the share
-- holds n - 1 more than now, so the turns of all candidates are known beforehand and their order is
-- the order of giving.
CREATE OR REPLACE FUNCTION claim_jobs(
  pilots uuid[], slots int[], requests uuid[], lives timestamptz[],
  class_from int[], class_to int[], class_site text[], class_labels jsonb[],
  p_share text, p_now timestamptz, p_confirm_by timestamptz)
RETURNS TABLE (
  o_seat int, o_outcome text, o_job uuid, o_lease bigint, o_attempt int, o_wfuuid uuid, o_node text,
  o_name text, o_jobtype text, o_payload text, o_params text, o_env jsonb, o_infile text,
  o_timelimit bigint, o_inputs jsonb, o_outputs jsonb, o_ts_def timestamptz)
LANGUAGE plpgsql
-- Every plan here goes by index and from few to many; statistics of a queue are always out of date.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
-- Planning for each batch anew costs more than the claim.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  used boolean[] := array_fill(false, ARRAY[cardinality(pilots)]);
  mortal boolean := cardinality(array_remove(lives, NULL)) > 0;
  head int[] := class_from;
  kinds int := cardinality(class_from);
  seats int[] := '{}';
  outcomes text[] := '{}';
  jobs uuid[] := '{}';
  classes int[] := '{}';
  room jsonb := '{}';
  limited boolean;
  lanes uuid[];
  lane_type text[];
  lane_share text[];
  lane_served bigint[];
  lane_limit bigint[];
  needs float8[];
  held jsonb;
  nexts uuid[];
  next_lane int[];
  next_limit bigint[];
  next_rank bigint[];
  free int := cardinality(pilots);
  fresh int := 0;
  total int;
  depth int;
  deeper boolean;
  skipped int;
  n int;
  seat int;
  target int;
  need float8;
  until timestamptz;
  r record;
BEGIN
  FOR r IN SELECT s.i::int AS i FROM unnest(pilots) WITH ORDINALITY AS s(pilot, i)
      WHERE EXISTS (SELECT FROM pilot_gone g WHERE g.pilot = s.pilot) LOOP
    used[r.i] := true;
    free := free - 1;
    o_seat := r.i; o_outcome := 'gone';
    RETURN NEXT;
  END LOOP;

  FOR r IN UPDATE job j
      SET request = s.request,
        -- Asking again with the same request confirms; another one may never have seen the job.
        confirm_by = CASE WHEN j.state <> 'dispatched' THEN NULL
          WHEN j.request = s.request THEN p_confirm_by ELSE j.confirm_by END
      FROM unnest(pilots, slots, requests) WITH ORDINALITY AS s(pilot, slot, request, i)
      WHERE j.pilot = s.pilot AND j.slot = s.slot AND j.state IN ('dispatched', 'running')
      RETURNING s.i::int AS i, j.uuid LOOP
    CONTINUE WHEN used[r.i];
    used[r.i] := true;
    free := free - 1;
    seats := seats || r.i; outcomes := outcomes || 'held'::text; jobs := jobs || r.uuid; classes := classes || 0;
  END LOOP;

  IF free > 0 THEN
    FOR r IN SELECT t.name FROM jobtype t WHERE t.limit_running > 0 ORDER BY t.name LOOP
      -- The LIMIT keeps this a probe per lane; as a plain join it would read all waiting jobs.
      IF EXISTS (
          SELECT FROM lane l CROSS JOIN LATERAL (
            SELECT FROM job q WHERE q.lane = l.id AND q.state = 'defined' AND q.not_before IS NULL LIMIT 1) AS w
          WHERE l.jobtype = r.name) THEN
        PERFORM FROM jobtype t WHERE t.name = r.name FOR UPDATE;
      END IF;
    END LOOP;
    SELECT coalesce(jsonb_object_agg(t.name, t.limit_running - (
        SELECT count(*) FROM job h WHERE h.jobtype = t.name AND h.state IN ('dispatched', 'running'))), '{}')
      INTO room
      FROM jobtype t WHERE t.limit_running IS NOT NULL;
    limited := room <> '{}';

    SELECT array_agg(l.id), array_agg(l.jobtype), array_agg(l.timelimit),
        array_agg(CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END)
      INTO lanes, lane_type, lane_limit, lane_share
      FROM lane l
      -- Lanes stay when they are empty; this is a probe for each, and the rest is for the others.
      CROSS JOIN LATERAL (SELECT FROM job q WHERE q.lane = l.id AND q.state = 'defined' AND q.not_before IS NULL LIMIT 1) AS w
      WHERE coalesce((room ->> l.jobtype)::int, 1) > 0
        AND EXISTS (SELECT FROM unnest(class_site, class_labels) AS c(site, labels)
          WHERE (l.site IS NULL OR l.site = c.site) AND c.labels @> l.requirements);
    -- Per lane and class: null where the class is none for the lane, else the seconds that a job
    -- of it needs there, as learned; infinity where nothing is known and the time limit counts.
    SELECT array_agg(
        CASE WHEN (l.site IS NULL OR l.site = c.site) AND c.labels @> l.requirements
          THEN CASE WHEN mortal THEN coalesce(s.need_s, a.need_s, 'infinity') ELSE 0 END END
        ORDER BY o.i, c.i)
      INTO needs
      FROM unnest(lanes) WITH ORDINALITY AS o(id, i) JOIN lane l ON l.id = o.id
      CROSS JOIN unnest(class_site, class_labels) WITH ORDINALITY AS c(site, labels, i)
      LEFT JOIN run_time s ON mortal AND s.jobtype = l.jobtype AND s.site = c.site
      LEFT JOIN run_time a ON mortal AND a.jobtype = l.jobtype AND a.site = '';
    IF mortal THEN
      -- A lane that needs more life than any seat has: none of its jobs is looked at.
      FOR i IN 1..coalesce(cardinality(lanes), 0) LOOP
        CONTINUE WHEN lane_limit[i] IS NULL;
        target := NULL;
        FOR c IN 1..kinds LOOP
          need := needs[(i - 1) * kinds + c];
          CONTINUE WHEN need IS NULL
            OR lives[class_to[c]] < p_now + least(lane_limit[i], need) * interval '1 second';
          target := c;
          EXIT;
        END LOOP;
        IF target IS NULL THEN
          lanes[i] := NULL;
        END IF;
      END LOOP;
    END IF;
    IF p_share <> 'none' THEN
      -- By lane, as what waits is: jobs from before the setting are one share, also when they run.
      SELECT coalesce(jsonb_object_agg(h.share, h.jobs), '{}') INTO held FROM (
        SELECT CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END AS share,
          sum(j.jobs)::bigint AS jobs
        FROM (
          SELECT lane, count(*) AS jobs FROM job WHERE state IN ('dispatched', 'running') GROUP BY lane) j
        JOIN lane l ON l.id = j.lane GROUP BY 1) h;
      SELECT array_agg(coalesce(s.lease, 0) ORDER BY o.i) INTO lane_served
        FROM unnest(lane_share) WITH ORDINALITY AS o(share, i) LEFT JOIN share_served s ON s.share = o.share;
    END IF;

    total := free;
    -- Of many lanes the heads are enough, most of the time; if not, the next pass looks deeper.
    depth := least(total, greatest(8, 3 * total / greatest(cardinality(lanes), 1)));
    FOR pass IN 1..8 LOOP
      EXIT WHEN lanes IS NULL;
      skipped := 0;
      deeper := false;
      IF p_share = 'none' THEN
        SELECT array_agg(k.uuid), array_agg(k.lane), array_agg(k.timelimit), array_agg(k.rank)
          INTO nexts, next_lane, next_limit, next_rank
          FROM (
            SELECT j.uuid, o.i::int AS lane, j.timelimit, j.rank
            FROM unnest(lanes) WITH ORDINALITY AS o(id, i)
            CROSS JOIN LATERAL (
              SELECT q.*, row_number() OVER () AS rank FROM (
                SELECT q.uuid, q.priority, q.start_by, q.ts_def, q.timelimit FROM job q
                WHERE q.state = 'defined' AND q.not_before IS NULL AND q.lane = o.id AND (q.start_by IS NULL OR q.start_by > p_now)
                ORDER BY q.priority DESC, coalesce(q.start_by, 'infinity'), q.ts_def, q.uuid
                LIMIT depth) q) j
            ORDER BY j.priority DESC, coalesce(j.start_by, 'infinity'), j.ts_def, j.uuid) k;
      ELSE
        SELECT array_agg(k.uuid), array_agg(k.lane), array_agg(k.timelimit), array_agg(k.rank)
          INTO nexts, next_lane, next_limit, next_rank
          FROM (
            SELECT j.uuid, o.i::int AS lane, j.timelimit, j.rank
            FROM unnest(lanes, lane_share, lane_served) WITH ORDINALITY AS o(id, share, served, i)
            CROSS JOIN LATERAL (
              SELECT q.*, row_number() OVER () AS rank FROM (
                SELECT q.uuid, q.priority, q.start_by, q.ts_def, q.timelimit FROM job q
                WHERE q.state = 'defined' AND q.not_before IS NULL AND q.lane = o.id AND (q.start_by IS NULL OR q.start_by > p_now)
                ORDER BY q.priority DESC, coalesce(q.start_by, 'infinity'), q.ts_def, q.uuid
                LIMIT depth) q) j
            ORDER BY j.priority DESC,
              coalesce((held ->> o.share)::bigint, 0) + row_number() OVER (
                PARTITION BY o.share
                ORDER BY j.priority DESC, coalesce(j.start_by, 'infinity'), j.ts_def, j.uuid),
              o.served, coalesce(j.start_by, 'infinity'), j.ts_def, j.uuid) k;
      END IF;
      FOR i IN 1..coalesce(cardinality(nexts), 0) LOOP
        EXIT WHEN free = 0 OR deeper;
        n := next_lane[i];
        CONTINUE WHEN lanes[n] IS NULL;
        IF limited AND coalesce((room ->> lane_type[n])::int, 1) <= 0 THEN
          lanes[n] := NULL;
          CONTINUE;
        END IF;
        -- What comes after the last that was read of a lane may go before what was read of others,
        -- and counts in its share: up to here the order is right.
        deeper := next_rank[i] = depth AND depth < total + 4 * skipped;
        CONTINUE WHEN pass > 1 AND nexts[i] = ANY (jobs);
        target := NULL;
        FOR c IN 1..kinds LOOP
          need := needs[(n - 1) * kinds + c];
          CONTINUE WHEN need IS NULL;
          WHILE head[c] <= class_to[c] AND used[head[c]] LOOP
            head[c] := head[c] + 1;
          END LOOP;
          seat := head[c];
          IF mortal THEN
            until := p_now + least(next_limit[i], need) * interval '1 second';
            WHILE seat <= class_to[c] AND (used[seat] OR lives[seat] < until) LOOP
              seat := seat + 1;
            END LOOP;
          END IF;
          IF seat <= class_to[c] THEN
            target := c;
            EXIT;
          END IF;
        END LOOP;
        IF target IS NULL THEN
          -- Nor does any other job of the lane find a seat, if all have the same time limit.
          IF NOT mortal OR lane_limit[n] IS NOT NULL THEN
            lanes[n] := NULL;
            deeper := false;
          END IF;
          CONTINUE;
        END IF;
        PERFORM FROM job q WHERE q.uuid = nexts[i] AND q.state = 'defined' AND q.not_before IS NULL FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
          -- Another claim was faster.
          skipped := skipped + 1;
          CONTINUE;
        END IF;
        seats := seats || seat; outcomes := outcomes || 'fresh'::text; jobs := jobs || nexts[i]; classes := classes || target;
        used[seat] := true;
        free := free - 1;
        fresh := fresh + 1;
        IF limited AND room ? lane_type[n] THEN
          room := jsonb_set(room, ARRAY[lane_type[n]], to_jsonb((room ->> lane_type[n])::int - 1));
        END IF;
      END LOOP;
      EXIT WHEN free = 0 OR NOT deeper AND (skipped = 0 OR depth >= total + 4 * skipped);
      depth := least(4 * depth, total + 4 * skipped);
    END LOOP;
  END IF;

  IF fresh > 0 THEN
    UPDATE job j
      SET state = 'dispatched', lease = nextval('lease_number'), pilot = pilots[a.seat], slot = slots[a.seat],
        request = requests[a.seat], pilot_site = class_site[a.class], labels = class_labels[a.class],
        ts_dis = p_now, confirm_by = p_confirm_by
      FROM unnest(seats, outcomes, jobs, classes) AS a(seat, outcome, job, class)
      WHERE j.uuid = a.job AND a.outcome = 'fresh';
    IF p_share <> 'none' THEN
      PERFORM note_served(p_share, jobs);
    END IF;
  END IF;
  IF cardinality(jobs) > 0 THEN
    RETURN QUERY SELECT a.seat, a.outcome, j.uuid, j.lease, j.attempt, j.wfuuid, j.node, j.name, j.jobtype,
        j.payload, j.params, j.env, j.infile, j.timelimit, j.inputs, j.outputs, j.ts_def
      FROM unnest(seats, outcomes, jobs) AS a(seat, outcome, job) JOIN job j ON j.uuid = a.job;
  END IF;
END
$$;

-- Notes to which shares these jobs were given just now. Nobody waits here for another claim: what it
-- notes at the same time is as good.
CREATE OR REPLACE FUNCTION note_served(p_share text, p_jobs uuid[]) RETURNS void
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  shares text[];
  leases bigint[];
BEGIN
  SELECT array_agg(g.share ORDER BY g.share), array_agg(g.lease ORDER BY g.share) INTO shares, leases
    FROM (
      SELECT CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END AS share,
        max(j.lease) AS lease
      FROM job j JOIN lane l ON l.id = j.lane WHERE j.uuid = ANY (p_jobs) GROUP BY 1) g;
  UPDATE share_served s SET lease = g.lease
    FROM unnest(shares, leases) AS g(share, lease)
    WHERE s.share = g.share AND s.lease < g.lease AND s.share IN (
      SELECT k.share FROM share_served k WHERE k.share = ANY (shares) FOR UPDATE SKIP LOCKED);
  INSERT INTO share_served (share, lease)
    SELECT g.share, g.lease FROM unnest(shares, leases) AS g(share, lease)
    WHERE NOT EXISTS (SELECT FROM share_served k WHERE k.share = g.share)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN
    -- It grows only here. Whoever got nothing for so long is as new.
    DELETE FROM share_served s WHERE s.share IN (
      SELECT k.share FROM share_served k WHERE k.lease < leases[1] - 100000 FOR UPDATE SKIP LOCKED);
  END IF;
END
$$;

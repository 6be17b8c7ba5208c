-- The claim: gives waiting jobs to slot requests, by one statement for all requests. PgClaimStore.java
-- calls it.
--
-- Rules: a job goes only to a request that passes all rules of MatchingRules.java, which explains them
-- to people. A new rule has to be added in both places; ClaimMatchesRulesIT compares the two.
-- Order: higher priority first, then the earliest latest start, then the oldest job. Of jobs that are
-- equal in all of these the one with the lower uuid is first, in whatever lanes they are: the uuids of a
-- job list increase in the order of the list.
--
-- The requests come sorted by class. A class is what a pilot offers: site and labels
-- (SlotRequest.Kind). Class c has the requests [class_from[c], class_to[c]], those first whose pilots
-- end first. lives has the end of each pilot's life; null: it does not end.
-- Results, by the number of the request: 'pilot_ended', 'already_held' (the slot holds a job and gets
-- that one again), 'new' (a new lease). A request without a result got nothing. The new leases come in
-- the order in which the jobs are given out.
--
-- The limits of running jobs are exact: claims of limited types wait for each other at the row of the
-- type. Everything else skips what others have locked, so that claims of several replicas run side by
-- side.
--
-- p_share is none, user or jobtype. With shares, the next job of a priority is of the share that holds
-- fewest jobs; of several such shares, of the one that got a job longest ago, so that each has its turn
-- even if there are more shares than slots. The n-th waiting job of a share has its turn when the share
-- holds n - 1 jobs more than now. So the turns of all candidates are known at the beginning, and sorting
-- by them gives the order in which jobs are given out.
--
-- A change of the parameters or of the result columns needs a DROP FUNCTION in a new V migration.
CREATE OR REPLACE FUNCTION claim_jobs(
  pilots uuid[], slots int[], requests uuid[], lives timestamptz[],
  class_from int[], class_to int[], class_site text[], class_labels jsonb[],
  p_share text, p_now timestamptz, p_confirm_by timestamptz)
RETURNS TABLE (
  o_request int, o_outcome text, o_job uuid, o_lease bigint, o_attempt int, o_wfuuid uuid, o_node text,
  o_name text, o_jobtype text, o_payload text, o_params text, o_env jsonb, o_infile text,
  o_timelimit bigint, o_inputs jsonb, o_outputs jsonb, o_ts_def timestamptz)
LANGUAGE plpgsql
-- All plans have to use indexes and to join from few rows to many; the planner can't know that, because
-- the statistics of a queue are always out of date.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
-- To plan anew for each batch would take longer than the claim.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  -- Requests: which have a result; the first one of each class without a result; how many have none.
  answered boolean[] := array_fill(false, ARRAY[cardinality(pilots)]);
  pilots_end boolean := cardinality(array_remove(lives, NULL)) > 0;
  next_of_class int[] := class_from;
  class_count int := cardinality(class_from);
  -- The results, as parallel arrays.
  got_request int[] := '{}';
  got_outcome text[] := '{}';
  got_job uuid[] := '{}';
  got_class int[] := '{}';
  -- How many more jobs of each limited type may be given out.
  free_of_type jsonb := '{}';
  any_limited boolean;
  -- The lanes with waiting jobs that a request may get, as parallel arrays; lanes[i] becomes null when
  -- the lane is done.
  lanes uuid[];
  lane_type text[];
  lane_share text[];
  lane_served bigint[];
  needed float8[];
  held_by_share jsonb;
  -- The first jobs of these lanes, best first, as parallel arrays.
  candidates uuid[];
  candidate_lane int[];
  candidate_rank bigint[];
  open_requests int := cardinality(pilots);
  given int := 0;
  total int;
  depth int;
  read_deeper boolean;
  taken_by_others int;
  lane_no int;
  request_no int;
  class_no int;
  needed_s float8;
  must_live_until timestamptz;
  r record;
BEGIN
  FOR r IN SELECT s.i::int AS i FROM unnest(pilots) WITH ORDINALITY AS s(pilot, i)
      WHERE EXISTS (SELECT FROM ended_pilot g WHERE g.pilot = s.pilot) LOOP
    answered[r.i] := true;
    open_requests := open_requests - 1;
    o_request := r.i; o_outcome := 'pilot_ended';
    RETURN NEXT;
  END LOOP;

  FOR r IN UPDATE job j
      SET request = s.request,
        -- A repeat of the same request confirms the job; a new one may come from a pilot that never got it.
        confirm_by = CASE WHEN j.state <> 'dispatched' THEN NULL
          WHEN j.request = s.request THEN p_confirm_by ELSE j.confirm_by END
      FROM unnest(pilots, slots, requests) WITH ORDINALITY AS s(pilot, slot, request, i)
      WHERE j.pilot = s.pilot AND j.slot = s.slot AND j.state IN ('dispatched', 'running')
      RETURNING s.i::int AS i, j.uuid LOOP
    CONTINUE WHEN answered[r.i];
    answered[r.i] := true;
    open_requests := open_requests - 1;
    got_request := got_request || r.i; got_outcome := got_outcome || 'already_held'::text; got_job := got_job || r.uuid; got_class := got_class || 0;
  END LOOP;

  IF open_requests > 0 THEN
    FOR r IN SELECT t.name FROM jobtype t WHERE t.limit_running > 0 ORDER BY t.name LOOP
      -- With the LIMIT this reads one job of each lane; a plain join would read all waiting jobs.
      IF EXISTS (
          SELECT FROM lane l CROSS JOIN LATERAL (
            SELECT FROM job q WHERE q.lane = l.id AND q.state = 'defined' AND q.not_before IS NULL LIMIT 1) AS w
          WHERE l.jobtype = r.name) THEN
        PERFORM FROM jobtype t WHERE t.name = r.name FOR UPDATE;
      END IF;
    END LOOP;
    SELECT coalesce(jsonb_object_agg(t.name, t.limit_running - (
        SELECT count(*) FROM job h WHERE h.jobtype = t.name AND h.state IN ('dispatched', 'running'))), '{}')
      INTO free_of_type
      FROM jobtype t WHERE t.limit_running IS NOT NULL;
    any_limited := free_of_type <> '{}';

    SELECT array_agg(l.id), array_agg(l.jobtype),
        array_agg(CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END)
      INTO lanes, lane_type, lane_share
      FROM lane l
      -- Empty lanes stay in the table: only those with a waiting job count, which is one read for each.
      CROSS JOIN LATERAL (SELECT FROM job q WHERE q.lane = l.id AND q.state = 'defined' AND q.not_before IS NULL LIMIT 1) AS w
      WHERE coalesce((free_of_type ->> l.jobtype)::int, 1) > 0
        AND EXISTS (SELECT FROM unnest(class_site, class_labels) AS c(site, labels)
          WHERE (l.site IS NULL OR l.site = c.site) AND c.labels @> l.requirements);
    -- For each lane and class: null if the class does not offer what the lane requires; else how many
    -- seconds a pilot must still live for a job of the lane.
    SELECT array_agg(
        CASE WHEN (l.site IS NULL OR l.site = c.site) AND c.labels @> l.requirements
          THEN CASE WHEN pilots_end
            THEN coalesce((SELECT t.seconds FROM learned_run_time(l.jobtype, c.site, l.timelimit) t), l.timelimit)
            ELSE 0 END END
        ORDER BY o.i, c.i)
      INTO needed
      FROM unnest(lanes) WITH ORDINALITY AS o(id, i) JOIN lane l ON l.id = o.id
      CROSS JOIN unnest(class_site, class_labels) WITH ORDINALITY AS c(site, labels, i);
    IF pilots_end THEN
      -- Jobs of lanes that need a longer life than any of these pilots has are not read.
      FOR i IN 1..coalesce(cardinality(lanes), 0) LOOP
        class_no := NULL;
        FOR c IN 1..class_count LOOP
          needed_s := needed[(i - 1) * class_count + c];
          CONTINUE WHEN needed_s IS NULL
            OR lives[class_to[c]] < p_now + needed_s * interval '1 second';
          class_no := c;
          EXIT;
        END LOOP;
        IF class_no IS NULL THEN
          lanes[i] := NULL;
        END IF;
      END LOOP;
    END IF;
    IF p_share <> 'none' THEN
      -- Held jobs are counted by their lanes, as waiting jobs are: jobs that were queued without shares of
      -- users form one share, also while they run.
      SELECT coalesce(jsonb_object_agg(h.share, h.jobs), '{}') INTO held_by_share FROM (
        SELECT CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END AS share,
          sum(j.jobs)::bigint AS jobs
        FROM (
          SELECT lane, count(*) AS jobs FROM job WHERE state IN ('dispatched', 'running') GROUP BY lane) j
        JOIN lane l ON l.id = j.lane GROUP BY 1) h;
      SELECT array_agg(coalesce(s.lease, 0) ORDER BY o.i) INTO lane_served
        FROM unnest(lane_share) WITH ORDINALITY AS o(share, i) LEFT JOIN share_served s ON s.share = o.share;
    END IF;

    total := open_requests;
    -- Most of the time a few jobs of each lane are enough; if not, the next pass reads more of them.
    depth := least(total, greatest(8, 3 * total / greatest(cardinality(lanes), 1)));
    FOR pass IN 1..8 LOOP
      EXIT WHEN lanes IS NULL;
      taken_by_others := 0;
      read_deeper := false;
      IF p_share = 'none' THEN
        SELECT array_agg(k.uuid), array_agg(k.lane), array_agg(k.rank)
          INTO candidates, candidate_lane, candidate_rank
          FROM (
            SELECT j.uuid, o.i::int AS lane, j.rank
            FROM unnest(lanes) WITH ORDINALITY AS o(id, i)
            CROSS JOIN LATERAL (
              SELECT q.*, row_number() OVER () AS rank FROM (
                SELECT q.uuid, q.priority, q.start_by, q.ts_def FROM job q
                WHERE q.state = 'defined' AND q.not_before IS NULL AND q.lane = o.id AND (q.start_by IS NULL OR q.start_by > p_now)
                ORDER BY q.priority DESC, coalesce(q.start_by, 'infinity'), q.ts_def, q.uuid
                LIMIT depth) q) j
            ORDER BY j.priority DESC, coalesce(j.start_by, 'infinity'), j.ts_def, j.uuid) k;
      ELSE
        SELECT array_agg(k.uuid), array_agg(k.lane), array_agg(k.rank)
          INTO candidates, candidate_lane, candidate_rank
          FROM (
            SELECT j.uuid, o.i::int AS lane, j.rank
            FROM unnest(lanes, lane_share, lane_served) WITH ORDINALITY AS o(id, share, served, i)
            CROSS JOIN LATERAL (
              SELECT q.*, row_number() OVER () AS rank FROM (
                SELECT q.uuid, q.priority, q.start_by, q.ts_def FROM job q
                WHERE q.state = 'defined' AND q.not_before IS NULL AND q.lane = o.id AND (q.start_by IS NULL OR q.start_by > p_now)
                ORDER BY q.priority DESC, coalesce(q.start_by, 'infinity'), q.ts_def, q.uuid
                LIMIT depth) q) j
            ORDER BY j.priority DESC,
              coalesce((held_by_share ->> o.share)::bigint, 0) + row_number() OVER (
                PARTITION BY o.share
                ORDER BY j.priority DESC, coalesce(j.start_by, 'infinity'), j.ts_def, j.uuid),
              o.served, coalesce(j.start_by, 'infinity'), j.ts_def, j.uuid) k;
      END IF;
      FOR i IN 1..coalesce(cardinality(candidates), 0) LOOP
        EXIT WHEN open_requests = 0 OR read_deeper;
        lane_no := candidate_lane[i];
        CONTINUE WHEN lanes[lane_no] IS NULL;
        IF any_limited AND coalesce((free_of_type ->> lane_type[lane_no])::int, 1) <= 0 THEN
          lanes[lane_no] := NULL;
          CONTINUE;
        END IF;
        -- The candidates are in the right order up to the last one that was read of a lane: the next job
        -- of that lane may go before the remaining candidates of other lanes, and counts in its share.
        read_deeper := candidate_rank[i] = depth AND depth < total + 4 * taken_by_others;
        CONTINUE WHEN pass > 1 AND candidates[i] = ANY (got_job);
        class_no := NULL;
        FOR c IN 1..class_count LOOP
          needed_s := needed[(lane_no - 1) * class_count + c];
          CONTINUE WHEN needed_s IS NULL;
          WHILE next_of_class[c] <= class_to[c] AND answered[next_of_class[c]] LOOP
            next_of_class[c] := next_of_class[c] + 1;
          END LOOP;
          request_no := next_of_class[c];
          IF pilots_end THEN
            must_live_until := p_now + needed_s * interval '1 second';
            WHILE request_no <= class_to[c] AND (answered[request_no] OR lives[request_no] < must_live_until) LOOP
              request_no := request_no + 1;
            END LOOP;
          END IF;
          IF request_no <= class_to[c] THEN
            class_no := c;
            EXIT;
          END IF;
        END LOOP;
        IF class_no IS NULL THEN
          -- No other job of the lane finds a request either: all need the same time.
          lanes[lane_no] := NULL;
          read_deeper := false;
          CONTINUE;
        END IF;
        PERFORM FROM job q WHERE q.uuid = candidates[i] AND q.state = 'defined' AND q.not_before IS NULL FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
          -- Another claim took it.
          taken_by_others := taken_by_others + 1;
          CONTINUE;
        END IF;
        got_request := got_request || request_no; got_outcome := got_outcome || 'new'::text; got_job := got_job || candidates[i]; got_class := got_class || class_no;
        answered[request_no] := true;
        open_requests := open_requests - 1;
        given := given + 1;
        IF any_limited AND free_of_type ? lane_type[lane_no] THEN
          free_of_type := jsonb_set(free_of_type, ARRAY[lane_type[lane_no]], to_jsonb((free_of_type ->> lane_type[lane_no])::int - 1));
        END IF;
      END LOOP;
      EXIT WHEN open_requests = 0 OR NOT read_deeper AND (taken_by_others = 0 OR depth >= total + 4 * taken_by_others);
      depth := least(4 * depth, total + 4 * taken_by_others);
    END LOOP;
  END IF;

  IF given > 0 THEN
    UPDATE job j
      SET state = 'dispatched', lease = nextval('lease_number'), pilot = pilots[a.request_no], slot = slots[a.request_no],
        request = requests[a.request_no], pilot_site = class_site[a.class], labels = class_labels[a.class],
        ts_dis = p_now, confirm_by = p_confirm_by
      FROM unnest(got_request, got_outcome, got_job, got_class) AS a(request_no, outcome, job, class)
      WHERE j.uuid = a.job AND a.outcome = 'new';
    IF p_share <> 'none' THEN
      PERFORM note_shares_served(p_share, got_job);
    END IF;
  END IF;
  IF cardinality(got_job) > 0 THEN
    RETURN QUERY SELECT a.request_no, a.outcome, j.uuid, j.lease, j.attempt, j.wfuuid, j.node, j.name, j.jobtype,
        j.payload, j.params, j.env, j.infile, j.timelimit, j.inputs, j.outputs, j.ts_def
      FROM unnest(got_request, got_outcome, got_job) WITH ORDINALITY AS a(request_no, outcome, job, i)
      JOIN job j ON j.uuid = a.job ORDER BY a.i;
  END IF;
END
$$;

-- Notes which shares got these jobs. It skips rows that other claims have locked: what these note at the
-- same time is as good.
CREATE OR REPLACE FUNCTION note_shares_served(p_share text, p_jobs uuid[]) RETURNS void
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
    -- The table grows only here. A share that got nothing during the last 100,000 leases is forgotten;
    -- it then counts as a new one.
    DELETE FROM share_served s WHERE s.share IN (
      SELECT k.share FROM share_served k WHERE k.lease < leases[1] - 100000 FOR UPDATE SKIP LOCKED);
  END IF;
END
$$;

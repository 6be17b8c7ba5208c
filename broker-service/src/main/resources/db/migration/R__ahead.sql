-- The jobs ahead of a waiting job, among those that may run where it may run; at most p_most. It reads
-- ranges of the index of waiting jobs, so that a queue of a million jobs costs no more than one of
-- p_most. Jobs of paused types are only ahead of jobs of their own type. With p_own_type it returns only
-- jobs of the same type.
--
-- p_share is that of claim_jobs: the jobs ahead are those that it would give out before this one if
-- there were a slot for each of them now. With shares that are, of the same priority, the better jobs of
-- the own share, and as many of each other share as have their turn before this job.
CREATE OR REPLACE FUNCTION jobs_ahead(p_job uuid, p_own_type boolean, p_share text, p_most bigint)
RETURNS TABLE (jobtype text, site text)
LANGUAGE plpgsql STABLE
-- A bitmap scan would read a whole range before it returns the first row.
SET enable_bitmapscan = off
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  own record;
  own_turn bigint;
  own_served bigint;
  r record;
  -- So many jobs of another share and of the same priority have their turn before this job.
  earlier bigint;
  found_jobs bigint;
  left_to_find bigint := p_most;
BEGIN
  IF p_share = 'none' THEN
    RETURN QUERY
      SELECT l.jobtype, l.site
      FROM job j
      CROSS JOIN lane l
      LEFT JOIN jobtype t ON t.name = l.jobtype
      CROSS JOIN LATERAL (
        SELECT FROM job a WHERE a.lane = l.id AND a.state = 'defined' AND a.not_before IS NULL AND a.priority > j.priority
        UNION ALL
        SELECT FROM job a WHERE a.lane = l.id AND a.state = 'defined' AND a.not_before IS NULL AND a.priority = j.priority
          AND (coalesce(a.start_by, 'infinity'), a.ts_def, a.uuid)
            < (coalesce(j.start_by, 'infinity'), j.ts_def, j.uuid)) a
      WHERE j.uuid = p_job AND j.state = 'defined'
        AND (l.site IS NULL OR j.site IS NULL OR l.site = j.site)
        AND (l.jobtype = j.jobtype OR NOT p_own_type AND coalesce(t.limit_running, 1) > 0)
      LIMIT p_most;
    RETURN;
  END IF;

  SELECT j.lane, j.jobtype, j.site, j.priority, coalesce(j.start_by, 'infinity') AS start_by, j.ts_def, j.uuid,
      CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END AS share
    INTO own
    FROM job j JOIN lane l ON l.id = j.lane WHERE j.uuid = p_job AND j.state = 'defined';
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- The own share comes first: its better jobs tell the turn of this one.
  FOR r IN
    SELECT s.share, s.lanes, coalesce(h.jobs, 0) AS held, coalesce(v.lease, 0) AS served
    FROM (
      SELECT CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END AS share,
        array_agg(l.id) AS lanes
      FROM lane l
      LEFT JOIN jobtype t ON t.name = l.jobtype
      LEFT JOIN LATERAL (
        SELECT true AS jobs FROM job q WHERE q.lane = l.id AND q.state = 'defined' AND q.not_before IS NULL LIMIT 1) w ON true
      WHERE (w.jobs OR l.id = own.lane)
        AND (l.site IS NULL OR own.site IS NULL OR l.site = own.site)
        AND (l.jobtype = own.jobtype OR NOT p_own_type AND coalesce(t.limit_running, 1) > 0)
      GROUP BY 1) s
    LEFT JOIN (
      SELECT CASE p_share WHEN 'jobtype' THEN l.jobtype ELSE coalesce(l.share, '') END AS share,
        sum(j.jobs)::bigint AS jobs
      FROM (
        SELECT lane, count(*) AS jobs FROM job WHERE state IN ('dispatched', 'running') GROUP BY lane) j
      JOIN lane l ON l.id = j.lane GROUP BY 1) h ON h.share = s.share
    LEFT JOIN share_served v ON v.share = s.share
    ORDER BY s.share <> own.share
  LOOP
    RETURN QUERY
      SELECT l.jobtype, l.site FROM lane l
      JOIN job a ON a.lane = l.id AND a.state = 'defined' AND a.not_before IS NULL AND a.priority > own.priority
      WHERE l.id = ANY (r.lanes) LIMIT left_to_find;
    GET DIAGNOSTICS found_jobs = ROW_COUNT;
    left_to_find := left_to_find - found_jobs;
    EXIT WHEN left_to_find = 0;
    -- The n-th waiting job of a share has its turn when the share holds n - 1 jobs more than now.
    IF r.share = own.share THEN
      own_served := r.served;
      own_turn := r.held + found_jobs + 1;
      earlier := left_to_find;
    ELSE
      -- Of the jobs that have the same turn, that of the share that got a job longest ago is first.
      earlier := least(left_to_find,
        own_turn - r.held - found_jobs - CASE WHEN r.served < own_served THEN 0 ELSE 1 END);
      CONTINUE WHEN earlier < 0;
      RETURN QUERY
        SELECT l.jobtype, l.site FROM lane l
        JOIN job a ON a.lane = l.id AND a.state = 'defined' AND a.not_before IS NULL AND a.priority = own.priority
        WHERE l.id = ANY (r.lanes) LIMIT earlier;
      GET DIAGNOSTICS found_jobs = ROW_COUNT;
      left_to_find := left_to_find - found_jobs;
      EXIT WHEN left_to_find = 0;
      CONTINUE WHEN r.served <> own_served OR found_jobs < earlier;
    END IF;
    -- The jobs that are better: of the own share all of them; of a share that never got a job, as this one,
    -- the job with the same turn.
    RETURN QUERY
      SELECT l.jobtype, l.site FROM lane l
      JOIN job a ON a.lane = l.id AND a.state = 'defined' AND a.not_before IS NULL AND a.priority = own.priority
        AND (coalesce(a.start_by, 'infinity'), a.ts_def, a.uuid) < (own.start_by, own.ts_def, own.uuid)
      WHERE l.id = ANY (r.lanes)
      OFFSET CASE WHEN r.share = own.share THEN 0 ELSE earlier END
      LIMIT CASE WHEN r.share = own.share THEN left_to_find ELSE 1 END;
    GET DIAGNOSTICS found_jobs = ROW_COUNT;
    left_to_find := left_to_find - found_jobs;
    EXIT WHEN left_to_find = 0;
    IF r.share = own.share THEN
      own_turn := own_turn + found_jobs;
    END IF;
  END LOOP;
END
$$;

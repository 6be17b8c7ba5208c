-- The jobs ahead of a waiting job, among those that may run where it may run; at most p_most. It reads
-- ranges of the index of waiting jobs, so that a queue of a million jobs costs no more than one of
-- p_most. Jobs of paused types are only ahead of jobs of their own type. Fair shares are ignored. With
-- p_own_type it returns only jobs of the same type.
CREATE OR REPLACE FUNCTION jobs_ahead(p_job uuid, p_own_type boolean, p_most bigint)
RETURNS TABLE (jobtype text, site text)
LANGUAGE sql STABLE
-- A bitmap scan would read a whole range before it returns the first row.
SET enable_bitmapscan = off
SET enable_seqscan = off
SET jit = off
AS $$
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
  LIMIT p_most
$$;

-- What goes before a waiting job where it may run, at most so many: ranges of the index of waiting
-- jobs, so that a queue of a million costs what one of that many does. A paused type is in nobody's
-- way but its own. In the order without shares; with p_own_type only jobs of its own type.
CREATE OR REPLACE FUNCTION jobs_ahead(p_job uuid, p_own_type boolean, p_most bigint)
RETURNS TABLE (jobtype text, site text)
LANGUAGE sql STABLE
-- A bitmap would read the whole range before the first row of it counts.
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

-- How many seconds a job of this type and time limit takes at a site, as learned: at that site, else at
-- all sites together, but never more than the time limit. No row: nothing was learned, or from too few
-- jobs. A null site stands for any site. RunTimeEstimates.java has the same rule; LearnedRunTimeIT
-- compares the two.
--
-- The claim calls it for each lane and kind of request, so it has to be a function that PostgreSQL puts
-- into the statement that uses it: one SELECT, not STRICT, without SET, and called in FROM.
CREATE OR REPLACE FUNCTION learned_run_time(p_jobtype text, p_site text, p_timelimit bigint)
RETURNS TABLE (seconds float8)
LANGUAGE sql STABLE ROWS 1
AS $$
  SELECT least(r.need_s, p_timelimit) FROM run_time r
  WHERE r.jobtype = p_jobtype AND r.site IN ('', p_site) AND r.need_s IS NOT NULL
  ORDER BY r.site DESC LIMIT 1
$$;

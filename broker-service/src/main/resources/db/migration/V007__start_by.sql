-- The latest start of a job that has a deadline: what such jobs take, as learned when it was defined,
-- before the deadline. One that could not end inside its deadline even if it started at once may start
-- until the deadline itself.
ALTER TABLE job ADD COLUMN start_by timestamptz;
UPDATE job SET start_by = stale_at WHERE stale_at IS NOT NULL;

DROP INDEX job_waiting;
CREATE INDEX job_waiting ON job (lane, priority DESC, (coalesce(start_by, 'infinity')), ts_def, uuid)
  -- for the order in which what is over a backlog limit goes
  INCLUDE (optional)
  WHERE state = 'defined' AND not_before IS NULL;
DROP INDEX job_stale;
CREATE INDEX job_stale ON job (start_by) WHERE state = 'defined' AND start_by IS NOT NULL;

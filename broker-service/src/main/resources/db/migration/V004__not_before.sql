-- A retry waits for its time apart from the others; when it has come, not_before is taken away.
ALTER TABLE job ADD COLUMN not_before timestamptz;
CREATE INDEX job_not_before ON job (not_before) WHERE not_before IS NOT NULL;

DROP INDEX job_waiting;
CREATE INDEX job_waiting ON job (lane, priority DESC, (coalesce(stale_at, 'infinity')), ts_def, uuid)
  WHERE state = 'defined' AND not_before IS NULL;

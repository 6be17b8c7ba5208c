-- Who follows the log of a job, at which replica does not matter; whoever serves a follower renews it.
-- Both tables are unlogged: after a crash of the database followers ask again.
CREATE UNLOGGED TABLE log_follow (
  job uuid PRIMARY KEY,
  until timestamptz NOT NULL
);

-- The end of what a payload that is followed has written; last says that the attempt wrote no more.
CREATE UNLOGGED TABLE live_log (
  job uuid NOT NULL,
  stream text NOT NULL CONSTRAINT live_log_stream CHECK (stream IN ('stdout', 'stderr')),
  lease bigint NOT NULL,
  ends_at bigint NOT NULL,
  tail bytea NOT NULL,
  last boolean NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (job, stream)
);

-- Something about one job that somebody may wait for: its uuid goes to all replicas at the commit.
CREATE FUNCTION tell_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM log_follow WHERE job = NEW.job) THEN
    PERFORM pg_notify('p3s_broker_job', NEW.job::text);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER job_attempt_tells AFTER INSERT ON job_attempt FOR EACH ROW EXECUTE FUNCTION tell_end();

CREATE FUNCTION tell_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('p3s_broker_job', NEW.uuid::text);
  RETURN NULL;
END $$;
CREATE TRIGGER job_stop_tells AFTER UPDATE OF stop ON job FOR EACH ROW
  WHEN (NEW.stop AND NOT OLD.stop) EXECUTE FUNCTION tell_stop();

CREATE FUNCTION right_bytes(b bytea, n int) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS
  'SELECT substring(b FROM greatest(length(b) - n, 0) + 1)';

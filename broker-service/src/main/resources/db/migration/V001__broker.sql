-- The source of fencing numbers: of two holders of a job the one with the higher number is right.
CREATE SEQUENCE lease_number;

-- A lane is a sub-queue of the waiting jobs with the same requirements: job type, site, labels and
-- time limit, and the user if there are fair shares of users. A claim reads only the first jobs of the
-- lanes that it can serve, so a paused job type, or a site without pilots, costs it nothing, however
-- many jobs of that kind wait. The time limit belongs to the lane so that either all of its jobs can
-- end within a pilot's life, or none.
CREATE TABLE lane (
  id uuid PRIMARY KEY,
  jobtype text NOT NULL,
  site text,
  requirements jsonb NOT NULL,
  timelimit bigint NOT NULL,
  share text
);
CREATE INDEX lane_jobtype ON lane (jobtype);

-- The limits of job types. If more jobs of a type wait than limit_backlog, the excess is dropped by
-- drop_rule. limit_running = 0 pauses the type.
CREATE TABLE jobtype (
  name text PRIMARY KEY,
  limit_running int CONSTRAINT jobtype_limit_running CHECK (limit_running >= 0),
  limit_backlog int CONSTRAINT jobtype_limit_backlog CHECK (limit_backlog >= 0),
  drop_rule text NOT NULL DEFAULT 'oldest'
    CONSTRAINT jobtype_drop_rule CHECK (drop_rule IN ('oldest', 'newest', 'sample'))
);

-- Live jobs only: a job moves to job_attempt when it ends.
CREATE TABLE job (
  uuid uuid PRIMARY KEY,
  lane uuid NOT NULL,
  state text NOT NULL CONSTRAINT job_state CHECK (state IN ('defined', 'dispatched', 'running')),
  wfuuid uuid,
  node text,
  name text NOT NULL,
  jobtype text NOT NULL,
  payload text NOT NULL,
  params text,
  env jsonb NOT NULL,
  infile text,
  priority int NOT NULL,
  timelimit bigint NOT NULL,
  attempt int NOT NULL,
  maxattempts int NOT NULL,
  user_name text,
  site text,
  requirements jsonb NOT NULL,
  inputs jsonb NOT NULL DEFAULT '[]',
  outputs jsonb NOT NULL,
  run bigint,
  subrun bigint,
  optional boolean NOT NULL,
  ts_def timestamptz NOT NULL,
  -- The deadline, and the latest start: the deadline minus the run time of such jobs, as learned when
  -- the job was defined. If the job could not end by its deadline even if it started at once, it may
  -- start until the deadline itself.
  stale_at timestamptz,
  start_by timestamptz,
  -- A retry waits outside of the queue until this time; then the sweep sets it to null.
  not_before timestamptz,
  -- The holder; null while the job waits.
  lease bigint,
  pilot uuid,
  slot int,
  pilot_site text,
  labels jsonb,
  request uuid,
  ts_dis timestamptz,
  confirm_by timestamptz,
  ts_sta timestamptz,
  host text,
  pid bigint,
  workdir text,
  -- Why the job was withdrawn; null: it was not. With stop its payload is to be stopped.
  withdrawn text,
  stop boolean NOT NULL DEFAULT false,
  CONSTRAINT job_holder CHECK ((state = 'defined') = (lease IS NULL) AND (lease IS NULL) = (pilot IS NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

-- The queue: the waiting jobs of each lane, best first. optional is included for the order in which
-- jobs over a backlog limit are dropped.
CREATE INDEX job_waiting ON job (lane, priority DESC, (coalesce(start_by, 'infinity')), ts_def, uuid)
  INCLUDE (optional)
  WHERE state = 'defined' AND not_before IS NULL;
CREATE INDEX job_stale ON job (start_by) WHERE state = 'defined' AND start_by IS NOT NULL;
CREATE INDEX job_not_before ON job (not_before) WHERE not_before IS NOT NULL;
-- A slot holds at most one job, whatever error the code may have.
CREATE UNIQUE INDEX job_held ON job (pilot, slot) WHERE state IN ('dispatched', 'running');
CREATE INDEX job_held_by_type ON job (jobtype) WHERE state IN ('dispatched', 'running');
CREATE INDEX job_unconfirmed ON job (confirm_by) WHERE state = 'dispatched';

-- The attempts that ended, with what was reported and the logs. A repeat of a report or of a
-- definition is recognized by them.
CREATE TABLE job_attempt (
  job uuid NOT NULL,
  attempt int NOT NULL,
  state text NOT NULL CONSTRAINT job_attempt_state
    CHECK (state IN ('finished', 'timelimit', 'pilot-timeout', 'nonstarter', 'killed', 'cancelled', 'dropped')),
  reported boolean NOT NULL,
  wfuuid uuid,
  node text,
  name text NOT NULL,
  jobtype text NOT NULL,
  lease bigint,
  pilot uuid,
  slot int,
  site text,
  host text,
  pid bigint,
  workdir text,
  errcode int,
  signal int,
  reason text,
  ts_def timestamptz NOT NULL,
  ts_dis timestamptz,
  ts_sta timestamptz,
  ts_sto timestamptz NOT NULL,
  cpu_s double precision,
  max_rss_kib bigint,
  outputs jsonb NOT NULL,
  stdout text,
  stderr text,
  PRIMARY KEY (job, attempt)
);
CREATE INDEX job_attempt_ended ON job_attempt (ts_sto);

-- Pilots that ended. They get no job and start none, even if one of their polls is still open.
CREATE TABLE ended_pilot (
  pilot uuid PRIMARY KEY,
  reason text NOT NULL,
  ended_at timestamptz NOT NULL
);

-- How long jobs of a type take, as learned from jobs that ended; site '' stands for all sites. Old
-- samples lose weight in mean and mean_square (seconds). need_s is how long a pilot must still live to
-- get such a job.
CREATE TABLE run_time (
  jobtype text,
  site text,
  mean double precision NOT NULL,
  mean_square double precision NOT NULL,
  samples bigint NOT NULL,
  need_s double precision GENERATED ALWAYS AS (
    CASE WHEN samples >= 5 THEN 1.1 * mean + 3 * sqrt(greatest(mean_square - mean * mean, 0)) END) STORED,
  PRIMARY KEY (jobtype, site)
) WITH (fillfactor = 50);

-- When each fair share got its last job, by the number of its lease: of shares that hold equally many
-- jobs, the one that has waited longest is next. Written only if there are fair shares. Unlogged: after
-- a crash of the database all shares are equal.
CREATE UNLOGGED TABLE share_served (
  share text PRIMARY KEY,
  lease bigint NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX share_served_lease ON share_served (lease);

-- Until when somebody follows the log of a job, at any replica; the replica of the follower renews it.
-- Both tables for live logs are unlogged: after a crash of the database the followers ask again.
CREATE UNLOGGED TABLE log_follower (
  job uuid PRIMARY KEY,
  until timestamptz NOT NULL
);

-- The end of what a followed payload has written to each stream, up to the offset ends_at; last says
-- that the attempt has written all of it.
CREATE UNLOGGED TABLE live_log (
  job uuid NOT NULL,
  stream text NOT NULL CONSTRAINT live_log_stream CHECK (stream IN ('stdout', 'stderr')),
  lease bigint NOT NULL,
  ends_at bigint NOT NULL,
  tail bytea NOT NULL,
  last boolean NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (job, stream)
);

CREATE FUNCTION last_bytes(b bytea, n int) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS
  'SELECT substring(b FROM greatest(length(b) - n, 0) + 1)';

-- Changes of a job for which a request may wait: at the commit the job's uuid goes to all replicas.
CREATE FUNCTION notify_followed_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM log_follower WHERE job = NEW.job) THEN
    PERFORM pg_notify('p3s_broker_job', NEW.job::text);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER job_attempt_notify AFTER INSERT ON job_attempt FOR EACH ROW EXECUTE FUNCTION notify_followed_end();

CREATE FUNCTION notify_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('p3s_broker_job', NEW.uuid::text);
  RETURN NULL;
END $$;
CREATE TRIGGER job_stop_notify AFTER UPDATE OF stop ON job FOR EACH ROW
  WHEN (NEW.stop AND NOT OLD.stop) EXECUTE FUNCTION notify_stop();

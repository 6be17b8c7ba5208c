-- Fencing numbers: of two holders of a job the one with the higher number is right.
CREATE SEQUENCE lease_number;

-- What jobs of one kind ask of a seat. The waiting jobs of a lane form one ordered queue, so that a
-- paused job type, or a site without pilots, costs a claim nothing however many jobs it has.
CREATE TABLE lane (
  id uuid PRIMARY KEY,
  jobtype text NOT NULL,
  site text,
  requirements jsonb NOT NULL
);

CREATE TABLE jobtype (
  name text PRIMARY KEY,
  limit_running int CONSTRAINT jobtype_limit_running CHECK (limit_running >= 0)
);

-- Live jobs only: a job leaves for job_attempt when it ends.
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
  outputs jsonb NOT NULL,
  run bigint,
  subrun bigint,
  optional boolean NOT NULL,
  ts_def timestamptz NOT NULL,
  stale_at timestamptz,
  -- the holder; null while the job waits
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
  -- somebody does not want it any more; with stop its payload is to be stopped
  withdrawn text,
  stop boolean NOT NULL DEFAULT false,
  CONSTRAINT job_holder CHECK ((state = 'defined') = (lease IS NULL) AND (lease IS NULL) = (pilot IS NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX job_waiting ON job (lane, priority DESC, (coalesce(stale_at, 'infinity')), ts_def, uuid) WHERE state = 'defined';
CREATE INDEX job_stale ON job (stale_at) WHERE state = 'defined' AND stale_at IS NOT NULL;
-- A seat holds one job at most, whatever goes wrong above.
CREATE UNIQUE INDEX job_held ON job (pilot, slot) WHERE state IN ('dispatched', 'running');
CREATE INDEX job_held_by_type ON job (jobtype) WHERE state IN ('dispatched', 'running');
CREATE INDEX job_unconfirmed ON job (confirm_by) WHERE state = 'dispatched';

-- The ledger of ended attempts: what was reported, the logs, and why a repeat is only a repeat.
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

-- Pilots that ended. They get no job and start none, even if a poll of theirs is still open.
CREATE TABLE pilot_gone (
  pilot uuid PRIMARY KEY,
  reason text NOT NULL,
  at timestamptz NOT NULL
);

-- Each event type owns its columns, so events may come in any order across topics: what a job is
-- comes from job-defined, where it is from job-progress, how it ended from job-finished. The rank
-- (attempt, lease, step) decides which of the last two speaks for the state.
CREATE TABLE job (
  uuid uuid PRIMARY KEY,
  name text,
  jobtype text,
  usr text,
  site text,
  host text,
  state text NOT NULL DEFAULT 'defined',
  errcode int,
  signal int,
  reason text,
  priority int,
  timelimit bigint,
  attempt int NOT NULL DEFAULT 1,
  maxattempts int,
  payload text,
  params text,
  env jsonb,
  infile text,
  wfuuid uuid,
  node text,
  p_uuid uuid,
  pid bigint,
  pilot uuid,
  host_workdir text,
  cpu_s double precision,
  max_rss_kib bigint,
  stdout text,
  stderr text,
  ts_def timestamptz,
  ts_dis timestamptz,
  ts_sta timestamptz,
  ts_sto timestamptz,
  stale_at timestamptz,
  lease bigint NOT NULL DEFAULT 0,
  step int NOT NULL DEFAULT 0
);
CREATE INDEX job_state ON job (state, uuid);
CREATE INDEX job_workflow ON job (wfuuid, uuid) WHERE wfuuid IS NOT NULL;
CREATE INDEX job_type ON job (jobtype, uuid);
CREATE INDEX job_end ON job (ts_sto) WHERE ts_sto IS NOT NULL;

CREATE TABLE workflow (
  uuid uuid PRIMARY KEY,
  name text NOT NULL,
  dag text NOT NULL,
  dag_version int NOT NULL,
  usr text,
  state text NOT NULL,
  reason text,
  nvertices int NOT NULL,
  ndone int NOT NULL DEFAULT 0,
  file uuid,
  watch text,
  path text,
  rerun_of uuid,
  ts_def timestamptz NOT NULL,
  ts_sta timestamptz,
  ts_sto timestamptz
);
CREATE INDEX workflow_state ON workflow (state, uuid);

CREATE TABLE pilot (
  uuid uuid PRIMARY KEY,
  site text NOT NULL,
  host text NOT NULL,
  pid bigint NOT NULL,
  state text NOT NULL,
  status text NOT NULL,
  slots int NOT NULL,
  jobs uuid[] NOT NULL,
  jobcount int NOT NULL,
  extra text,
  reason text,
  ts_reg timestamptz NOT NULL,
  ts_lhb timestamptz NOT NULL,
  ts_end timestamptz
);

CREATE TABLE file (
  uuid uuid PRIMARY KEY,
  watch text NOT NULL,
  path text NOT NULL,
  name text NOT NULL,
  size bigint NOT NULL,
  state text NOT NULL,
  run bigint,
  subrun bigint,
  mtime timestamptz,
  ts_seen timestamptz,
  ts_whole timestamptz,
  ts_done timestamptz
);
CREATE INDEX file_state ON file (state, uuid);

CREATE TABLE service_record (
  uuid uuid PRIMARY KEY,
  service text NOT NULL,
  level text NOT NULL,
  message text NOT NULL,
  at timestamptz NOT NULL
);

CREATE TABLE dqm_result (
  uuid uuid PRIMARY KEY,
  run bigint NOT NULL,
  subrun bigint,
  type text NOT NULL,
  vals jsonb NOT NULL,
  limits jsonb,
  job uuid,
  wfuuid uuid,
  ts timestamptz NOT NULL
);
CREATE INDEX dqm_run ON dqm_result (run, uuid);

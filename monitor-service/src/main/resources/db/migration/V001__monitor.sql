-- What the monitor knows: one table per kind of thing, written only from events. The order of
-- events is kept within a topic, not across topics, so each statement must give the same row in
-- whatever order the events come. Column names are those of the API, except where SQL needs the
-- word itself: usr is "user", vals is "values".

-- Columns by the event type that writes them:
--   job-defined   what the job is
--   job-progress  where it is: state, pilot, site, host, ts_dis, ts_sta
--   job-finished  how it ended: state, errcode, signal, reason, ts_sto, cpu_s, max_rss_kib, output
-- Attempt, lease and step are the rank of the event that gave the state (JobRank.java). A later
-- attempt begins with a row that says nothing of the attempt before.
CREATE TABLE job (
  uuid uuid PRIMARY KEY,
  name text,                            -- null until job-defined was read
  jobtype text,
  usr text,
  site text,                            -- the site asked for, then the site of the pilot
  host text,
  state text NOT NULL DEFAULT 'defined',
  errcode int,
  signal int,
  reason text,
  priority int,
  timelimit bigint,                     -- seconds
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
  stdout text,                          -- the last part
  stderr text,                          -- the last part
  ts_def timestamptz,                   -- of the first attempt
  ts_dis timestamptz,
  ts_sta timestamptz,
  ts_sto timestamptz,
  stale_at timestamptz,
  waits_since timestamptz,              -- when the latest attempt was defined
  lease bigint NOT NULL DEFAULT 0,
  step int NOT NULL DEFAULT 0,          -- JobRank.Step: 9 is the end
  outcome text GENERATED ALWAYS AS (
    CASE WHEN step <> 9 THEN NULL
         WHEN state = 'finished' AND errcode = 0 THEN 'success'
         ELSE 'failure' END) STORED
);
CREATE INDEX job_state ON job (state, uuid);
CREATE INDEX job_workflow ON job (wfuuid, uuid) WHERE wfuuid IS NOT NULL;
CREATE INDEX job_type ON job (jobtype, uuid);
CREATE INDEX job_end ON job (ts_sto) WHERE ts_sto IS NOT NULL;

-- From workflow-defined and workflow-finished, which share a topic.
CREATE TABLE workflow (
  uuid uuid PRIMARY KEY,
  name text NOT NULL,
  dag text NOT NULL,
  dag_version int NOT NULL,
  usr text,
  state text NOT NULL,
  reason text,
  nvertices int NOT NULL,
  ndone int NOT NULL DEFAULT 0,         -- at the end; until then it is counted from the jobs
  file uuid,
  watch text,
  path text,
  rerun_of uuid,
  ts_def timestamptz NOT NULL,
  ts_sta timestamptz,                   -- null for a template, which has not started
  ts_sto timestamptz,
  outcome text GENERATED ALWAYS AS (
    CASE state WHEN 'template' THEN NULL
               WHEN 'running' THEN NULL
               WHEN 'finished' THEN 'success'
               ELSE 'failure' END) STORED
);
CREATE INDEX workflow_state ON workflow (state, uuid);
-- A file's state is derived from its workflows whenever one of them ends.
CREATE INDEX workflow_file ON workflow (file) WHERE file IS NOT NULL;

-- The latest heartbeat of each pilot.
CREATE TABLE pilot (
  uuid uuid PRIMARY KEY,
  site text NOT NULL,
  host text NOT NULL,
  pid bigint NOT NULL,
  state text NOT NULL,
  status text NOT NULL,
  slots int NOT NULL,
  jobs uuid[] NOT NULL,                 -- those it runs now
  jobcount int NOT NULL,                -- those it has ended
  extra text,                           -- the batch system's id
  reason text,
  ts_reg timestamptz NOT NULL,
  ts_lhb timestamptz NOT NULL,          -- the last heartbeat
  ts_end timestamptz
);

-- Data files from file-arrived; state and ts_done follow from the file's workflows.
CREATE TABLE file (
  uuid uuid PRIMARY KEY,
  watch text NOT NULL,
  path text NOT NULL,
  name text NOT NULL,
  size bigint NOT NULL,                 -- bytes
  state text NOT NULL CHECK (state IN ('arrived', 'processed', 'failed')),
  run bigint,
  subrun bigint,
  mtime timestamptz,
  ts_seen timestamptz,
  ts_whole timestamptz,
  ts_done timestamptz
);
CREATE INDEX file_state ON file (state, uuid);

-- The service log.
CREATE TABLE service_record (
  uuid uuid PRIMARY KEY,
  service text NOT NULL,
  level text NOT NULL,
  message text NOT NULL,
  at timestamptz NOT NULL
);

-- Data quality results.
CREATE TABLE dqm_result (
  uuid uuid PRIMARY KEY,
  run bigint NOT NULL,
  subrun bigint,
  type text NOT NULL,
  vals jsonb NOT NULL,
  limits jsonb,                         -- by the name of a value: {"min": .., "max": ..}
  job uuid,
  wfuuid uuid,
  ts timestamptz NOT NULL
);
CREATE INDEX dqm_run ON dqm_result (run, uuid);

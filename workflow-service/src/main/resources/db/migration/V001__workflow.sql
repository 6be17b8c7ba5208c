-- The types that the files on edges can have.
CREATE TABLE datatype (
  name text PRIMARY KEY,
  -- The extension of the files, with its dot; empty for none.
  ext text NOT NULL,
  comment text
);
INSERT INTO datatype VALUES
  ('TXT', '.txt', 'text'), ('ROOT', '.root', 'ROOT files'), ('RAW', '.raw', 'raw data'),
  ('JSON', '.json', 'JSON'), ('CSV', '.csv', 'comma-separated values'), ('PNG', '.png', 'images'),
  ('LOG', '.log', 'logs');

-- The DAG templates: one row per version. The version in use is the highest one of its name.
CREATE TABLE dag (
  name text NOT NULL,
  version int NOT NULL,
  usr text,
  description text,
  graphml text NOT NULL,
  -- SHA-256 of the GraphML, in hexadecimal digits.
  hash text NOT NULL,
  nvertices int NOT NULL,
  nedges int NOT NULL,
  ts_def timestamptz NOT NULL,
  -- A removed template keeps its rows, because workflows and their files refer to versions.
  removed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (name, version)
);

CREATE TABLE workflow (
  uuid uuid PRIMARY KEY,
  name text NOT NULL,
  dag text NOT NULL,
  dag_version int NOT NULL,
  usr text,
  -- The values of the enum WorkflowState.
  state text NOT NULL CONSTRAINT workflow_state
    CHECK (state IN ('template', 'defined', 'running', 'finished', 'failed', 'cancelled')),
  -- Why it failed or was cancelled.
  reason text,
  nvertices int NOT NULL,
  -- Jobs that succeeded.
  ndone int NOT NULL DEFAULT 0,
  -- The arrived file that it was made for; null if a person requested it.
  file uuid,
  watch text,
  path text,
  -- The workflow that this one does again.
  rerun_of uuid,
  -- Somebody should do it again.
  reprocess boolean NOT NULL DEFAULT false,
  -- The request that it was made by, as JSON: a rerun is made by the same request.
  request text NOT NULL,
  ts_def timestamptz NOT NULL,
  ts_sta timestamptz,
  ts_sto timestamptz
);
CREATE INDEX workflow_dag ON workflow (dag, uuid);
-- An arrived file makes one workflow of a template, however often its event comes. Reruns belong to
-- the same file and are not counted.
CREATE UNIQUE INDEX workflow_arrival ON workflow (file, dag) WHERE rerun_of IS NULL;
CREATE INDEX workflow_reprocess ON workflow (uuid) WHERE reprocess;
CREATE INDEX workflow_rerun ON workflow (rerun_of) WHERE rerun_of IS NOT NULL;

-- Jobs as they were defined, and what is known of their present attempt.
CREATE TABLE job (
  uuid uuid PRIMARY KEY,
  -- Null for a job that belongs to no workflow.
  wfuuid uuid REFERENCES workflow ON DELETE CASCADE,
  node text,
  -- The place in the template or in the job file.
  ord int NOT NULL,
  name text NOT NULL,
  jobtype text NOT NULL,
  payload text NOT NULL,
  params text,
  env jsonb NOT NULL,
  infile text,
  priority int NOT NULL,
  -- Seconds of wall clock.
  timelimit bigint NOT NULL,
  attempt int NOT NULL DEFAULT 1,
  maxattempts int NOT NULL,
  usr text,
  -- The site where it must run, if one was requested.
  site text,
  p_uuid uuid,
  optional boolean NOT NULL,
  onfailure text NOT NULL,
  requirements jsonb NOT NULL,
  inputs text[] NOT NULL,
  outputs text[] NOT NULL,
  -- Seconds after the definition, past which the job is not worth starting.
  staleafter bigint,
  run bigint,
  subrun bigint,
  noop boolean NOT NULL,
  parents uuid[] NOT NULL,
  -- The job that this one does again, or was taken over from.
  rerun_of uuid,
  -- The values of the enum JobState.
  state text NOT NULL CONSTRAINT job_state
    CHECK (state IN ('template', 'defined', 'dispatched', 'running', 'finished', 'timelimit',
                     'pilot-timeout', 'nonstarter', 'killed', 'cancelled', 'dropped')),
  -- Somebody cancelled the job: however its present attempt ends, there is no other one.
  cancelled boolean NOT NULL DEFAULT false,
  lease bigint NOT NULL DEFAULT 0,
  pilot uuid,
  -- The site of its pilot.
  pilot_site text,
  host text,
  pid bigint,
  host_workdir text,
  errcode int,
  signal int,
  reason text,
  cpu_s double precision,
  max_rss_kib bigint,
  ts_def timestamptz NOT NULL,
  ts_dis timestamptz,
  ts_sta timestamptz,
  ts_sto timestamptz,
  stale_at timestamptz
);
CREATE INDEX job_workflow ON job (wfuuid, ord);

-- How each attempt of a job ended. The values of the last attempt are also in the job's own row.
CREATE TABLE attempt (
  job uuid NOT NULL REFERENCES job ON DELETE CASCADE,
  attempt int NOT NULL,
  state text NOT NULL,
  errcode int,
  signal int,
  reason text,
  pilot uuid,
  site text,
  host text,
  pid bigint,
  host_workdir text,
  cpu_s double precision,
  max_rss_kib bigint,
  ts_dis timestamptz,
  ts_sta timestamptz,
  ts_sto timestamptz NOT NULL,
  -- The input files as its pilot found them; null where no payload ran or the pilot did not check.
  inputs jsonb,
  PRIMARY KEY (job, attempt)
);

-- The files on the edges of workflows.
CREATE TABLE dataset (
  uuid uuid PRIMARY KEY,
  wfuuid uuid NOT NULL REFERENCES workflow ON DELETE CASCADE,
  -- The place of the edge in the template.
  ord int NOT NULL,
  name text NOT NULL,
  dirpath text NOT NULL,
  path text NOT NULL,
  datatype text NOT NULL,
  datatag text,
  comment text,
  source text NOT NULL,
  target text NOT NULL,
  -- The values of the enum DatasetState.
  state text NOT NULL CONSTRAINT dataset_state
    CHECK (state IN ('expected', 'ready', 'missing', 'dropped')),
  size bigint,
  checksum text,
  ts_reg timestamptz NOT NULL,
  ts_upd timestamptz NOT NULL
);
-- Files are found by path in all workflows, and by their source within one.
CREATE INDEX dataset_path ON dataset (path, wfuuid);
CREATE INDEX dataset_workflow ON dataset (wfuuid, source);

-- What requests with an Idempotency-Key made, so that a repeated request makes nothing new.
CREATE TABLE idempotency (
  usr text NOT NULL,
  key text NOT NULL,
  -- SHA-256 of the request, because a key must not be used for another one.
  request_hash text NOT NULL,
  uuids uuid[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (usr, key)
);
-- Old keys are deleted by age.
CREATE INDEX idempotency_age ON idempotency (created_at);

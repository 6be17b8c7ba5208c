CREATE TABLE datatype (
  name text PRIMARY KEY,
  ext text NOT NULL,
  comment text
);
INSERT INTO datatype VALUES
  ('TXT', '.txt', 'text'), ('ROOT', '.root', 'ROOT files'), ('RAW', '.raw', 'raw data'),
  ('JSON', '.json', 'JSON'), ('CSV', '.csv', 'comma-separated values');

-- A row per version; the template of a name is its row with the highest version.
CREATE TABLE dag (
  name text NOT NULL,
  version int NOT NULL,
  usr text,
  description text,
  graphml text NOT NULL,
  nvertices int NOT NULL,
  nedges int NOT NULL,
  ts_def timestamptz NOT NULL,
  PRIMARY KEY (name, version)
);

CREATE TABLE workflow (
  uuid uuid PRIMARY KEY,
  name text NOT NULL,
  dag text NOT NULL,
  dag_version int NOT NULL,
  usr text,
  state text NOT NULL CONSTRAINT workflow_state
    CHECK (state IN ('template', 'defined', 'running', 'finished', 'failed', 'cancelled')),
  reason text,
  nvertices int NOT NULL,
  ndone int NOT NULL DEFAULT 0,
  file uuid,
  watch text,
  path text,
  ts_def timestamptz NOT NULL,
  ts_sta timestamptz,
  ts_sto timestamptz,
  UNIQUE (file, dag)
);
CREATE INDEX workflow_dag ON workflow (dag, uuid);

CREATE TABLE job (
  uuid uuid PRIMARY KEY,
  wfuuid uuid REFERENCES workflow ON DELETE CASCADE,
  node text,
  ord int NOT NULL,
  name text NOT NULL,
  jobtype text NOT NULL,
  payload text NOT NULL,
  params text,
  env jsonb NOT NULL,
  infile text,
  priority int NOT NULL,
  timelimit bigint NOT NULL,
  attempt int NOT NULL DEFAULT 1,
  maxattempts int NOT NULL,
  usr text,
  site text,
  p_uuid uuid,
  optional boolean NOT NULL,
  onfailure text NOT NULL,
  requirements jsonb NOT NULL,
  inputs text[] NOT NULL,
  outputs text[] NOT NULL,
  staleafter bigint,
  run bigint,
  subrun bigint,
  noop boolean NOT NULL,
  parents uuid[] NOT NULL,
  state text NOT NULL CONSTRAINT job_state
    CHECK (state IN ('template', 'defined', 'dispatched', 'running', 'finished', 'timelimit',
                     'pilot-timeout', 'nonstarter', 'killed', 'cancelled', 'dropped')),
  lease bigint NOT NULL DEFAULT 0,
  pilot uuid,
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

CREATE TABLE dataset (
  uuid uuid PRIMARY KEY,
  wfuuid uuid NOT NULL REFERENCES workflow ON DELETE CASCADE,
  ord int NOT NULL,
  name text NOT NULL,
  dirpath text NOT NULL,
  path text NOT NULL,
  datatype text NOT NULL,
  datatag text,
  comment text,
  source text NOT NULL,
  target text NOT NULL,
  state text NOT NULL CONSTRAINT dataset_state
    CHECK (state IN ('expected', 'ready', 'missing', 'dropped')),
  size bigint,
  checksum text,
  ts_reg timestamptz NOT NULL,
  ts_upd timestamptz NOT NULL
);
CREATE INDEX dataset_workflow ON dataset (wfuuid, ord);

-- Answers that were given, by the key of the one who asked.
CREATE TABLE idempotency (
  usr text NOT NULL,
  key text NOT NULL,
  request text NOT NULL,
  uuids uuid[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (usr, key)
);

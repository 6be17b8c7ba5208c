-- Templates are put aside, never deleted: workflows and what they made refer to their versions.
ALTER TABLE dag ADD COLUMN hash text, ADD COLUMN removed boolean NOT NULL DEFAULT false;
UPDATE dag SET hash = encode(sha256(convert_to(graphml, 'UTF8')), 'hex');
ALTER TABLE dag ALTER COLUMN hash SET NOT NULL;

-- The wish is what a workflow was made by, so that it can be made again.
ALTER TABLE workflow
  ADD COLUMN rerun_of uuid,
  ADD COLUMN reprocess boolean NOT NULL DEFAULT false,
  ADD COLUMN wish text;
-- An arrival makes one workflow of a template; a rerun belongs to the same arrival.
ALTER TABLE workflow DROP CONSTRAINT workflow_file_dag_key;
CREATE UNIQUE INDEX workflow_arrival ON workflow (file, dag) WHERE rerun_of IS NULL;
CREATE INDEX workflow_reprocess ON workflow (uuid) WHERE reprocess;
CREATE INDEX workflow_rerun ON workflow (rerun_of) WHERE rerun_of IS NOT NULL;

ALTER TABLE job ADD COLUMN rerun_of uuid;

-- How each attempt of a job ended; the last one is also in the job's own row.
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
  PRIMARY KEY (job, attempt)
);

-- Files are found by path in all workflows, and by path or source within one.
CREATE INDEX dataset_path ON dataset (path, wfuuid);
DROP INDEX dataset_workflow;
CREATE INDEX dataset_workflow ON dataset (wfuuid, source);

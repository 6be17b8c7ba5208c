CREATE TABLE watch (
  name text PRIMARY KEY,
  definition jsonb NOT NULL,
  usr text NOT NULL,
  paused boolean NOT NULL DEFAULT false,
  ts_def timestamptz NOT NULL DEFAULT now()
);

-- A path of a watch is taken once.
CREATE TABLE file (
  uuid uuid PRIMARY KEY,
  watch text NOT NULL,
  path text NOT NULL,
  dirpath text NOT NULL,
  name text NOT NULL,
  size bigint NOT NULL,
  mtime timestamptz NOT NULL,
  state text NOT NULL CONSTRAINT file_state
    CHECK (state IN ('seen', 'arrived', 'processed', 'failed', 'skipped')),
  reason text,
  run bigint,
  subrun bigint,
  dags text[] NOT NULL,
  -- what is still to be done with the file itself: move or delete
  todo text,
  ts_seen timestamptz NOT NULL,
  ts_whole timestamptz,
  ts_done timestamptz,
  UNIQUE (watch, path)
);
CREATE INDEX file_open ON file (watch) WHERE state IN ('seen', 'arrived');
CREATE INDEX file_todo ON file (watch) WHERE todo IS NOT NULL;

CREATE TABLE file_workflow (
  file uuid NOT NULL,
  dag text NOT NULL,
  wfuuid uuid NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (file, dag)
);

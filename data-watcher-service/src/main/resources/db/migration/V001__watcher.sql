-- Directories that are watched. The definition is one document, see Watch.java.
CREATE TABLE watch (
  name text PRIMARY KEY,
  definition jsonb NOT NULL,
  -- the user who added it
  usr text NOT NULL,
  paused boolean NOT NULL DEFAULT false,
  ts_def timestamptz NOT NULL DEFAULT now()
);

-- The ledger: one row for each file that a watch has seen. Rows stay when the watch is removed.
CREATE TABLE file (
  uuid uuid PRIMARY KEY,
  watch text NOT NULL,
  path text NOT NULL,
  dirpath text NOT NULL,
  name text NOT NULL,
  -- bytes
  size bigint NOT NULL,
  mtime timestamptz NOT NULL,
  -- the values of FileState.java
  state text NOT NULL CONSTRAINT file_state
    CHECK (state IN ('seen', 'arrived', 'processed', 'failed', 'skipped')),
  -- why it waits or was skipped, or what became of its move or deletion
  reason text,
  -- run and subrun, where the name says them
  run bigint,
  subrun bigint,
  -- the DAGs to start for the file, as the watch had them when the file arrived
  dags text[] NOT NULL,
  -- what is still to be done with a processed file: the values of AfterAction.java without keep
  pending_action text CONSTRAINT file_pending_action
    CHECK (pending_action IN ('move', 'delete')),
  ts_seen timestamptz NOT NULL,
  -- when it was found complete
  ts_whole timestamptz,
  -- when its workflows had ended
  ts_done timestamptz,
  -- A watch takes a path once, even if the file changes later.
  UNIQUE (watch, path)
);

-- for the count of files in progress, which a watch with a cap needs at each scan
CREATE INDEX file_open ON file (watch) WHERE state IN ('seen', 'arrived');
CREATE INDEX file_with_pending_action ON file (watch) WHERE pending_action IS NOT NULL;

-- The workflows of a file: at least one for each of its DAGs, and more after reruns.
CREATE TABLE file_workflow (
  file uuid NOT NULL,
  dag text NOT NULL,
  wfuuid uuid NOT NULL,
  -- the values of FileWorkflow.Status
  state text NOT NULL CONSTRAINT file_workflow_state
    CHECK (state IN ('running', 'finished', 'failed', 'cancelled')),
  PRIMARY KEY (file, wfuuid)
);

CREATE TABLE site (
  name text PRIMARY KEY,
  env text NOT NULL,
  server text,
  pilots int NOT NULL,
  pilotcycles int NOT NULL,
  pilotperiod int NOT NULL,
  pilotbeat int NOT NULL,
  pilotlife int NOT NULL,
  slots int NOT NULL,
  allow_env text NOT NULL
);
INSERT INTO site VALUES ('local', '{}', NULL, 2, 0, 0, 5, 90000, 1, '[]');

CREATE TABLE pilot (
  uuid uuid PRIMARY KEY,
  site text NOT NULL,
  host text NOT NULL,
  pid bigint NOT NULL,
  state text NOT NULL CONSTRAINT pilot_state
    CHECK (state IN ('active', 'no-jobs', 'dispatched', 'running', 'draining', 'stopped',
                     'timeout')),
  status text NOT NULL CHECK (status IN ('OK', 'FAIL', 'TO', 'KILL')),
  slots int NOT NULL,
  jobs jsonb NOT NULL DEFAULT '[]',
  jobcount int NOT NULL DEFAULT 0,
  extra text,
  version text,
  beat_s int NOT NULL,
  -- what the pilot is told with its next beat: drain or stop
  wish text,
  reason text,
  ts_cre timestamptz NOT NULL,
  ts_reg timestamptz NOT NULL,
  ts_lhb timestamptz NOT NULL,
  ts_end timestamptz
);
CREATE INDEX pilot_alive ON pilot (ts_lhb) WHERE ts_end IS NULL;

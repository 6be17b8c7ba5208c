-- The tables of the pilot service: sites, and the pilots that run there.

-- A site is a place where pilots run. Operators define sites through the API.
CREATE TABLE site (
  name text PRIMARY KEY,
  -- variables for all payloads at the site, a JSON object of texts
  env text NOT NULL,
  -- from the site files of the old system; shown, and used by nothing
  server text,
  -- who starts pilots at the site, by the name of the provider; null: nobody does
  provider text,
  -- how many pilots the provider keeps alive
  pilots int NOT NULL,
  -- how often a pilot asks for a job before it ends; 0: no limit
  pilotcycles int NOT NULL,
  -- seconds between two checks of the number of pilots; 0: at every check of the service
  pilotperiod int NOT NULL,
  -- seconds between two heartbeats of a pilot
  pilotbeat int NOT NULL,
  -- seconds after which a pilot asks for no more jobs; 0: no limit
  pilotlife int NOT NULL,
  -- slots of a pilot that does not say how many it has
  slots int NOT NULL,
  -- names of variables that payloads get from the pilot's own environment, a JSON list
  allow_env text NOT NULL,
  -- the words before every payload's command, for instance of a container, a JSON list
  prefix text NOT NULL DEFAULT '[]'
);
INSERT INTO site
  (name, env, pilots, pilotcycles, pilotperiod, pilotbeat, pilotlife, slots, allow_env)
VALUES ('local', '{}', 2, 0, 0, 5, 90000, 1, '[]');

-- A pilot, from its registration until some time after its end.
CREATE TABLE pilot (
  uuid uuid PRIMARY KEY,
  site text NOT NULL,
  host text NOT NULL,
  pid bigint NOT NULL,
  -- the states of the enum PilotState
  state text NOT NULL CONSTRAINT pilot_state
    CHECK (state IN ('active', 'no-jobs', 'dispatched', 'running', 'draining', 'stopped',
                     'timeout')),
  -- how the pilot ended, OK while it lives; TO: it was lost, KILL: an operator stopped it
  status text NOT NULL CONSTRAINT pilot_status CHECK (status IN ('OK', 'FAIL', 'TO', 'KILL')),
  slots int NOT NULL,
  -- the jobs it holds, as its last heartbeat said: a list of {job, lease, pid}
  jobs jsonb NOT NULL DEFAULT '[]',
  -- how many jobs it has ended
  jobcount int NOT NULL DEFAULT 0,
  -- the batch system's id of the pilot
  extra text,
  version text,
  -- seconds between two heartbeats, as its site said when it registered
  beat_s int NOT NULL,
  -- what its next heartbeat is answered with: drain or stop
  command text CONSTRAINT pilot_command CHECK (command IN ('drain', 'stop')),
  -- why it ended
  reason text,
  -- creation, registration, last heartbeat, end
  ts_cre timestamptz NOT NULL,
  ts_reg timestamptz NOT NULL,
  ts_lhb timestamptz NOT NULL,
  ts_end timestamptz
);
-- For the search for pilots that a provider has started.
CREATE INDEX pilot_extra ON pilot (extra) WHERE extra IS NOT NULL;
-- For the search for silent pilots, every second.
CREATE INDEX pilot_alive ON pilot (ts_lhb) WHERE ts_end IS NULL;
-- For the deletion of pilots that ended long ago.
CREATE INDEX pilot_ended ON pilot (ts_end) WHERE ts_end IS NOT NULL;

-- The last check of the number of pilots at a site that has a provider.
CREATE TABLE pilot_supply (
  site text PRIMARY KEY REFERENCES site ON DELETE CASCADE,
  checked_at timestamptz NOT NULL,
  -- failed starts in a row, and the time of the last one
  failures int NOT NULL,
  failed_at timestamptz
);

-- Pilots that a provider has started, until they have registered or their start counts as failed.
CREATE TABLE pilot_start (
  site text NOT NULL REFERENCES site ON DELETE CASCADE,
  -- the provider's id; the pilot registers with it as extra
  id text NOT NULL,
  started_at timestamptz NOT NULL,
  PRIMARY KEY (site, id)
);

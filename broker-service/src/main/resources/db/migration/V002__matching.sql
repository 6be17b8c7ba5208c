-- More waiting jobs of a type than limit_backlog: the excess is dropped by drop_rule.
ALTER TABLE jobtype
  ADD COLUMN limit_backlog int CONSTRAINT jobtype_limit_backlog CHECK (limit_backlog >= 0),
  ADD COLUMN drop_rule text NOT NULL DEFAULT 'oldest'
    CONSTRAINT jobtype_drop_rule CHECK (drop_rule IN ('oldest', 'newest', 'sample'));

CREATE INDEX lane_jobtype ON lane (jobtype);

-- A lane holds jobs of one time limit, so that either all of them can end within a pilot's life or
-- none. A lane that was made before has none and holds any. Its share is the user's if shares are.
ALTER TABLE lane ADD COLUMN timelimit bigint, ADD COLUMN share text;

-- How long jobs of a type take, as learned from their ends; site '' is anywhere. mean and square
-- (of seconds) forget slowly; need_s is what to reckon with before a pilot's end, leaning high.
CREATE TABLE run_time (
  jobtype text,
  site text,
  mean double precision NOT NULL,
  square double precision NOT NULL,
  samples bigint NOT NULL,
  need_s double precision GENERATED ALWAYS AS (
    CASE WHEN samples >= 5 THEN 1.1 * mean + 3 * sqrt(greatest(square - mean * mean, 0)) END) STORED,
  PRIMARY KEY (jobtype, site)
) WITH (fillfactor = 50);

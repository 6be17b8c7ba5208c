-- More waiting jobs of a type than limit_backlog: the excess is dropped by drop_rule.
ALTER TABLE jobtype
  ADD COLUMN limit_backlog int CONSTRAINT jobtype_limit_backlog CHECK (limit_backlog >= 0),
  ADD COLUMN drop_rule text NOT NULL DEFAULT 'oldest'
    CONSTRAINT jobtype_drop_rule CHECK (drop_rule IN ('oldest', 'newest', 'sample'));

CREATE INDEX lane_jobtype ON lane (jobtype);

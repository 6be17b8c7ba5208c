-- When each share was given a job last, by the lease's number: of shares that hold equally many, who
-- waits longest is next. Written only where there are fair shares. Unlogged: after a crash of the
-- database all are as new.
CREATE UNLOGGED TABLE share_served (
  share text PRIMARY KEY,
  lease bigint NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX share_served_lease ON share_served (lease);

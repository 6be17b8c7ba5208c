-- A job that is tried again is as old as it was, but does not wait since then.
ALTER TABLE job ADD COLUMN waits_since timestamptz;

-- Somebody cancelled the job: whatever becomes of its present attempt, none follows.
ALTER TABLE job ADD COLUMN cancelled boolean NOT NULL DEFAULT false;

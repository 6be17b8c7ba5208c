-- Pilots look at what a payload reads.
ALTER TABLE job ADD COLUMN inputs jsonb NOT NULL DEFAULT '[]';
-- It answers with them; what a function answers with can't be replaced.
DROP FUNCTION IF EXISTS claim_jobs;

-- Where a job runs or ran; site is where it must run, if that was said.
ALTER TABLE job ADD COLUMN pilot_site text;

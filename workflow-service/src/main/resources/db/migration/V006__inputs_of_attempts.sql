-- The files that an attempt read, as its pilot saw them; null where no payload ran or nobody looked.
ALTER TABLE attempt ADD COLUMN inputs jsonb;

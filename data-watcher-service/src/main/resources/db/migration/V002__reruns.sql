-- A rerun is one more workflow of the same file and template.
ALTER TABLE file_workflow DROP CONSTRAINT file_workflow_pkey, ADD PRIMARY KEY (file, wfuuid);

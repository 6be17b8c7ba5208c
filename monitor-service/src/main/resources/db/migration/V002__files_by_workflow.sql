-- What becomes of a file is read from its workflows, with every one that ends.
CREATE INDEX workflow_file ON workflow (file) WHERE file IS NOT NULL;

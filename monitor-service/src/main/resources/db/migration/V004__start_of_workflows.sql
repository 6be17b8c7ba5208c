-- Until now the start of a workflow was told only with its end.
UPDATE workflow SET ts_sta = ts_def WHERE ts_sta IS NULL AND state = 'running';

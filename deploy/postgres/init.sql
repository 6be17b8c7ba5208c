-- Creates the database of p3s on a PostgreSQL server of your own, with a role and a schema for each
-- service. Run it as superuser, and give a password for each role:
--   psql -f deploy/postgres/init.sql -v workflow=PW1 -v broker=PW2 -v pilots=PW3 -v watcher=PW4 -v monitor=PW5
CREATE DATABASE p3s;
\connect p3s
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON DATABASE p3s FROM PUBLIC;

CREATE ROLE workflow LOGIN PASSWORD :'workflow';
CREATE ROLE broker LOGIN PASSWORD :'broker';
CREATE ROLE pilots LOGIN PASSWORD :'pilots';
CREATE ROLE watcher LOGIN PASSWORD :'watcher';
CREATE ROLE monitor LOGIN PASSWORD :'monitor';
GRANT CONNECT ON DATABASE p3s TO workflow, broker, pilots, watcher, monitor;

CREATE SCHEMA workflow AUTHORIZATION workflow;
CREATE SCHEMA broker AUTHORIZATION broker;
CREATE SCHEMA pilots AUTHORIZATION pilots;
CREATE SCHEMA watcher AUTHORIZATION watcher;
CREATE SCHEMA monitor AUTHORIZATION monitor;

-- Each service finds tables in its own schema only.
ALTER ROLE workflow IN DATABASE p3s SET search_path = workflow;
ALTER ROLE broker IN DATABASE p3s SET search_path = broker;
ALTER ROLE pilots IN DATABASE p3s SET search_path = pilots;
ALTER ROLE watcher IN DATABASE p3s SET search_path = watcher;
ALTER ROLE monitor IN DATABASE p3s SET search_path = monitor;

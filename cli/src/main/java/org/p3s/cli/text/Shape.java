package org.p3s.cli.text;

import static org.p3s.cli.text.Column.number;
import static org.p3s.cli.text.Column.of;
import static org.p3s.cli.text.Column.seconds;
import static org.p3s.cli.text.Column.time;

import java.util.List;

/**
 * How things of one kind are listed.
 *
 * @param name the field that names one thing, for {@code -o name}
 */
public record Shape(String name, List<Column> columns) {

  public static final Shape JOB =
      shape(
          "uuid",
          of("UUID", "uuid"),
          of("NAME", "name"),
          of("TYPE", "jobtype"),
          of("STATE", "state"),
          of("OUTCOME", "outcome"),
          number("PRIO", "priority"),
          of("SITE", "site"),
          number("ERR", "errcode"),
          time("DEFINED (UTC)", "ts_def"),
          seconds("RUN S", "ts_sta", "ts_sto"));
  public static final Shape WORKFLOW =
      shape(
          "uuid",
          of("UUID", "uuid"),
          of("NAME", "name"),
          of("DAG", "dag"),
          of("STATE", "state"),
          new Column(
              "DONE", true, w -> w.path("ndone").asInt() + "/" + w.path("nvertices").asInt()),
          time("DEFINED (UTC)", "ts_def"),
          seconds("RUN S", "ts_def", "ts_sto"));
  public static final Shape DAG =
      shape(
          "name",
          of("NAME", "name"),
          number("VERSION", "version"),
          number("NODES", "nvertices"),
          number("EDGES", "nedges"),
          of("USER", "user"),
          time("DEFINED (UTC)", "ts_def"),
          of("DESCRIPTION", "description"));
  public static final Shape DAG_VERSION =
      shape(
          "version",
          number("VERSION", "version"),
          number("NODES", "nvertices"),
          number("EDGES", "nedges"),
          of("USER", "user"),
          time("DEFINED (UTC)", "ts_def"),
          of("REMOVED", "removed"),
          of("HASH", "hash"));
  public static final Shape PILOT =
      shape(
          "uuid",
          of("UUID", "uuid"),
          of("SITE", "site"),
          of("HOST", "host"),
          number("PID", "pid"),
          of("STATE", "state"),
          of("STATUS", "status"),
          number("JOBS", "jobcount"),
          time("LAST BEAT (UTC)", "ts_lhb"));
  public static final Shape SITE =
      shape(
          "name",
          of("NAME", "name"),
          number("PILOTS", "pilots"),
          number("CYCLES", "pilotcycles"),
          number("BEAT S", "pilotbeat"),
          number("LIFE S", "pilotlife"),
          of("ENV", "env"));
  public static final Shape WATCH =
      shape(
          "name",
          of("NAME", "name"),
          of("PATH", "path"),
          of("PATTERN", "pattern"),
          of("DAGS", "dags"),
          of("STATE", "state"),
          of("PROBLEM", "problem"));
  public static final Shape FILE =
      shape(
          "uuid",
          of("UUID", "uuid"),
          of("NAME", "name"),
          of("WATCH", "watch"),
          of("STATE", "state"),
          number("SIZE", "size"),
          time("SEEN (UTC)", "ts_seen"),
          seconds("DONE S", "ts_seen", "ts_done"),
          of("REASON", "reason"));
  public static final Shape DATATYPE =
      shape("name", of("NAME", "name"), of("EXT", "ext"), of("COMMENT", "comment"));
  public static final Shape DATA =
      shape(
          "uuid",
          of("UUID", "uuid"),
          of("PATH", "path"),
          of("TYPE", "datatype"),
          of("STATE", "state"),
          number("SIZE", "size"),
          of("FROM", "source"),
          of("TO", "target"));
  public static final Shape JOBTYPE =
      shape(
          "name",
          of("NAME", "name"),
          number("RUNNING", "running"),
          number("WAITING", "waiting"),
          number("LIMIT", "limit_running"),
          number("BACKLOG LIMIT", "limit_backlog"),
          of("DROP", "drop"));
  public static final Shape SERVICE_RECORD =
      shape(
          "uuid",
          time("AT (UTC)", "at"),
          of("SERVICE", "service"),
          of("LEVEL", "level"),
          of("MESSAGE", "message"));
  public static final Shape DQM =
      shape(
          "uuid",
          time("AT (UTC)", "ts"),
          number("RUN", "run"),
          number("SUBRUN", "subrun"),
          of("TYPE", "type"),
          of("VALUES", "values"));

  private static Shape shape(String name, Column... columns) {
    return new Shape(name, List.of(columns));
  }
}

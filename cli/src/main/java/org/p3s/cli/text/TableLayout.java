package org.p3s.cli.text;

import static org.p3s.cli.text.TableColumn.number;
import static org.p3s.cli.text.TableColumn.of;
import static org.p3s.cli.text.TableColumn.seconds;
import static org.p3s.cli.text.TableColumn.time;

import java.util.List;

/**
 * The table of each kind of item.
 *
 * @param name the field that identifies one item, for {@code -o name}
 */
public record TableLayout(String name, List<TableColumn> columns) {

  public static final TableLayout JOB =
      layout(
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
  public static final TableLayout WORKFLOW =
      layout(
          "uuid",
          of("UUID", "uuid"),
          of("NAME", "name"),
          of("DAG", "dag"),
          of("STATE", "state"),
          new TableColumn(
              "DONE", true, w -> w.path("ndone").asInt() + "/" + w.path("nvertices").asInt()),
          time("DEFINED (UTC)", "ts_def"),
          seconds("RUN S", "ts_def", "ts_sto"));
  public static final TableLayout DAG =
      layout(
          "name",
          of("NAME", "name"),
          number("VERSION", "version"),
          number("NODES", "nvertices"),
          number("EDGES", "nedges"),
          of("USER", "user"),
          time("DEFINED (UTC)", "ts_def"),
          of("DESCRIPTION", "description"));
  public static final TableLayout DAG_VERSION =
      layout(
          "version",
          number("VERSION", "version"),
          number("NODES", "nvertices"),
          number("EDGES", "nedges"),
          of("USER", "user"),
          time("DEFINED (UTC)", "ts_def"),
          of("REMOVED", "removed"),
          of("HASH", "hash"));
  public static final TableLayout PILOT =
      layout(
          "uuid",
          of("UUID", "uuid"),
          of("SITE", "site"),
          of("HOST", "host"),
          number("PID", "pid"),
          of("STATE", "state"),
          of("STATUS", "status"),
          number("JOBS", "jobcount"),
          time("LAST HEARTBEAT (UTC)", "ts_lhb"));
  public static final TableLayout SITE =
      layout(
          "name",
          of("NAME", "name"),
          number("PILOTS", "pilots"),
          number("CYCLES", "pilotcycles"),
          number("BEAT S", "pilotbeat"),
          number("LIFE S", "pilotlife"),
          of("ENV", "env"));
  public static final TableLayout WATCH =
      layout(
          "name",
          of("NAME", "name"),
          of("PATH", "path"),
          of("PATTERN", "pattern"),
          of("DAGS", "dags"),
          of("STATE", "state"),
          of("PROBLEM", "problem"));
  public static final TableLayout FILE =
      layout(
          "uuid",
          of("UUID", "uuid"),
          of("NAME", "name"),
          of("WATCH", "watch"),
          of("STATE", "state"),
          number("SIZE", "size"),
          time("SEEN (UTC)", "ts_seen"),
          seconds("DONE S", "ts_seen", "ts_done"),
          of("REASON", "reason"));
  public static final TableLayout DATATYPE =
      layout("name", of("NAME", "name"), of("EXT", "ext"), of("COMMENT", "comment"));
  public static final TableLayout DATA =
      layout(
          "uuid",
          of("UUID", "uuid"),
          of("PATH", "path"),
          of("TYPE", "datatype"),
          of("STATE", "state"),
          number("SIZE", "size"),
          of("FROM", "source"),
          of("TO", "target"));
  public static final TableLayout JOBTYPE =
      layout(
          "name",
          of("NAME", "name"),
          number("RUNNING", "running"),
          number("WAITING", "waiting"),
          number("LIMIT", "limit_running"),
          number("BACKLOG LIMIT", "limit_backlog"),
          of("DROP", "drop"));
  public static final TableLayout SERVICE_RECORD =
      layout(
          "uuid",
          time("AT (UTC)", "at"),
          of("SERVICE", "service"),
          of("LEVEL", "level"),
          of("MESSAGE", "message"));
  public static final TableLayout DQM =
      layout(
          "uuid",
          time("AT (UTC)", "ts"),
          number("RUN", "run"),
          number("SUBRUN", "subrun"),
          of("TYPE", "type"),
          of("VALUES", "values"));

  private static TableLayout layout(String name, TableColumn... columns) {
    return new TableLayout(name, List.of(columns));
  }
}

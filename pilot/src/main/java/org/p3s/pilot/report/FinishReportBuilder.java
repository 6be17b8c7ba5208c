package org.p3s.pilot.report;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadLogs;
import org.p3s.pilot.payload.PayloadProcess;
import org.p3s.pilot.payload.PayloadStop;
import org.p3s.pilot.workdir.JobDirectory;

/** Builds the finish report of a job: the body of {@code POST /api/v1/leases/{job}/finish}. */
public final class FinishReportBuilder {

  private static final int TIMELIMIT_ERRCODE = 77;

  /** Java gives the exit code 128 + signal to a process that was ended by a signal. */
  private static final int SIGNAL_EXIT = 128;

  private static final int MAX_SIGNAL = 64;
  private static final long MAX_DQM_BYTES = 512 * 1024;

  /** The part of the parser's messages that is of no use to the author of a payload. */
  private static final Pattern PARSER_HINT = Pattern.compile(": enable `");

  private final AssignedJob job;
  private final PilotSession session;
  private final String host;
  private List<Map<String, @Nullable Object>> inputs = List.of();

  public FinishReportBuilder(AssignedJob job, PilotSession session, String host) {
    this.job = job;
    this.session = session;
    this.host = host;
  }

  /** To be called before the payload begins, because it may move or remove its inputs. */
  public void recordInputs(Path directory) {
    // Remote files, such as root://host//file, cannot be checked here.
    List<String> local = job.inputs().stream().filter(path -> !path.contains("://")).toList();
    inputs = files(local, directory);
  }

  /** The report of a payload that ran. */
  public Map<String, @Nullable Object> ended(
      PayloadProcess.Outcome outcome, long pid, PayloadLogs logs, JobDirectory dir) {
    PayloadStop stop = outcome.stop();
    boolean timelimit = stop != null && stop.isTimelimit();
    int exit = outcome.exitValue();
    boolean signalled = exit > SIGNAL_EXIT && exit <= SIGNAL_EXIT + MAX_SIGNAL;
    Map<String, @Nullable Object> report =
        body(
            stop == null ? "finished" : stop.state(),
            timelimit ? TIMELIMIT_ERRCODE : exit,
            stop == null ? null : stop.reason());
    report.put("signal", signalled && !timelimit ? exit - SIGNAL_EXIT : null);
    report.put("pid", pid);
    report.put("workdir", dir.root().toString());
    report.put("ts_sta", PilotLog.time(outcome.started()));
    report.put("ts_sto", PilotLog.time(outcome.ended()));
    report.put("cpu_s", outcome.cpuSeconds());
    report.put("max_rss_kib", outcome.maxRssKib());
    report.put("stdout", logs.stdout().text());
    report.put("stderr", logs.stderr().text());
    try {
      List<Map<String, @Nullable Object>> outputs = files(job.outputs(), dir.work());
      // Only now, so that no payload has to wait for the checksums of large files.
      addChecksums(inputs, dir.work());
      addChecksums(outputs, dir.work());
      report.put("inputs", inputs);
      report.put("outputs", outputs);
      addDqm(dir.work().resolve("dqm.json"), report);
    } catch (RuntimeException e) {
      // Without a report the job would never end, so it is sent without the files and results.
      PilotLog.line(
          "job %s: the report is without files and results, this is a bug: %s", job.job(), e);
      e.printStackTrace();
    }
    return report;
  }

  /** The report of a payload that could not be started. */
  public Map<String, @Nullable Object> notStarted(
      int errcode, String reason, @Nullable JobDirectory dir) {
    Map<String, @Nullable Object> report = body("nonstarter", errcode, reason);
    String now = PilotLog.time(Instant.now());
    report.put("workdir", dir == null ? null : dir.root().toString());
    report.put("ts_sta", now);
    report.put("ts_sto", now);
    report.put("outputs", List.of());
    report.put("stdout", "");
    report.put("stderr", "p3s pilot: " + reason + "\n");
    return report;
  }

  /** A copy of a report without logs and results, for a broker that has refused the whole one. */
  static Map<String, @Nullable Object> withoutLogs(Map<String, ?> report, String why) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(report);
    copy.put("stdout", "");
    copy.put("stderr", "p3s pilot: the broker did not accept the logs: " + why + "\n");
    if (copy.remove("dqm") != null) {
      copy.put("dqm_problem", "the broker did not accept it: " + why);
    }
    return copy;
  }

  private Map<String, @Nullable Object> body(String state, int errcode, @Nullable String reason) {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put("lease", job.lease());
    report.put("pilot", session.pilot().toString());
    report.put("state", state);
    report.put("errcode", errcode);
    report.put("reason", reason);
    report.put("host", host);
    return report;
  }

  private static List<Map<String, @Nullable Object>> files(List<String> paths, Path directory) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (String path : paths) {
      Map<String, @Nullable Object> state = new LinkedHashMap<>();
      BasicFileAttributes file = attributes(directory, path);
      state.put("path", path);
      state.put("exists", file != null);
      state.put("size", file == null ? null : (Long) file.size());
      state.put("mtime", file == null ? null : PilotLog.time(file.lastModifiedTime().toInstant()));
      all.add(state);
    }
    return all;
  }

  /** Adds the checksums that are asked for, of files that have not changed since. */
  private void addChecksums(List<Map<String, @Nullable Object>> files, Path directory) {
    String algorithm = FileChecksum.algorithm(session.site().env(), job.env());
    if (algorithm == null) {
      return;
    }
    for (Map<String, @Nullable Object> state : files) {
      String path = String.valueOf(state.get("path"));
      BasicFileAttributes file = attributes(directory, path);
      if (file != null
          && file.isRegularFile()
          && PilotLog.time(file.lastModifiedTime().toInstant()).equals(state.get("mtime"))) {
        state.put("checksum", FileChecksum.of(directory.resolve(path), algorithm));
      }
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path directory, String path) {
    try {
      return Files.readAttributes(directory.resolve(path), BasicFileAttributes.class);
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** Adds the data quality results that the payload wrote, or why they cannot be used. */
  private void addDqm(Path file, Map<String, @Nullable Object> report) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    String problem;
    try {
      if (Files.size(file) <= MAX_DQM_BYTES) {
        Object results = JsonFields.parseAny(Files.readAllBytes(file));
        // A payload without results may write null.
        report.put("dqm", results == null || results instanceof List ? results : List.of(results));
        return;
      }
      problem = "it is over " + MAX_DQM_BYTES / 1024 + " KiB";
    } catch (JsonProcessingException e) {
      problem = "it is no JSON" + place(e) + ": " + PARSER_HINT.split(e.getOriginalMessage())[0];
    } catch (IOException e) {
      problem = "it is not readable: " + PilotLog.describe(e);
    }
    PilotLog.line("job %s: dqm.json is not sent: %s", job.job(), problem);
    report.put("dqm_problem", problem);
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}

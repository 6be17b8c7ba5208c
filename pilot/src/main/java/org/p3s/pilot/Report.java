package org.p3s.pilot;

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

/** Makes the finish report of a job: the body of {@code POST /api/v1/leases/{job}/finish}. */
final class Report {

  static final int TIMELIMIT_ERRCODE = 77;
  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;
  private static final long LARGEST_DQM = 512 * 1024;

  /** Where the parser's words for its programmers begin. */
  private static final Pattern HINT = Pattern.compile(": enable `");

  private final Assignment job;
  private final Session session;
  private final String host;
  private List<Map<String, @Nullable Object>> inputs = List.of();

  Report(Assignment job, Session session, String host) {
    this.job = job;
    this.session = session;
    this.host = host;
  }

  /** To be called before the payload begins: it may move or remove what it reads. */
  void lookAtInputs(Path directory) {
    // What a payload reads from afar, as root://host//file, can't be looked at here.
    List<String> near = job.inputs().stream().filter(path -> !path.contains("://")).toList();
    inputs = files(near, directory);
  }

  /** The payload ran. */
  Map<String, @Nullable Object> ended(Payload.Outcome outcome, long pid, Logs logs, JobDir dir) {
    Payload.Stop stop = outcome.stop();
    boolean timelimit = stop != null && stop.state().equals("timelimit");
    int exit = outcome.exitValue();
    boolean signalled = exit > SIGNALLED && exit <= SIGNALLED + LAST_SIGNAL;
    Map<String, @Nullable Object> report =
        body(
            stop == null ? "finished" : stop.state(),
            timelimit ? TIMELIMIT_ERRCODE : exit,
            stop == null ? null : stop.reason());
    report.put("signal", signalled && !timelimit ? exit - SIGNALLED : null);
    report.put("pid", pid);
    report.put("workdir", dir.root().toString());
    report.put("ts_sta", Log.time(outcome.started()));
    report.put("ts_sto", Log.time(outcome.ended()));
    report.put("cpu_s", outcome.cpuSeconds());
    report.put("max_rss_kib", outcome.maxRssKib());
    report.put("stdout", logs.stdout().text());
    report.put("stderr", logs.stderr().text());
    try {
      List<Map<String, @Nullable Object>> outputs = files(job.outputs(), dir.work());
      // Checksums of large files take their time, and no payload shall wait for them.
      addChecksums(inputs, dir.work());
      addChecksums(outputs, dir.work());
      report.put("inputs", inputs);
      report.put("outputs", outputs);
      dqm(dir.work().resolve("dqm.json"), report);
    } catch (RuntimeException e) {
      // An end that nobody tells would hold the job for ever; what the payload left may be missing.
      Log.line("job %s: what its payload left can't be told, this is a bug: %s", job.job(), e);
      e.printStackTrace();
    }
    return report;
  }

  /** The payload could not be started. */
  Map<String, @Nullable Object> neverStarted(int errcode, String reason, @Nullable JobDir dir) {
    Map<String, @Nullable Object> report = body("nonstarter", errcode, reason);
    String now = Log.time(Instant.now());
    report.put("workdir", dir == null ? null : dir.root().toString());
    report.put("ts_sta", now);
    report.put("ts_sto", now);
    report.put("outputs", List.of());
    report.put("stdout", "");
    report.put("stderr", "p3s pilot: " + reason + "\n");
    return report;
  }

  /** The same end without logs and results, for a broker that can't take it with them. */
  static Map<String, @Nullable Object> bare(Map<String, ?> report, String why) {
    Map<String, @Nullable Object> bare = new LinkedHashMap<>(report);
    bare.put("stdout", "");
    bare.put("stderr", "p3s pilot: the broker did not take the logs: " + why + "\n");
    if (bare.remove("dqm") != null) {
      bare.put("dqm_problem", "the broker did not take it: " + why);
    }
    return bare;
  }

  private Map<String, @Nullable Object> body(String state, int errcode, @Nullable String reason) {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put("lease", job.lease());
    report.put("pilot", session.pilot.toString());
    report.put("state", state);
    report.put("errcode", errcode);
    report.put("reason", reason);
    report.put("host", host);
    return report;
  }

  private static List<Map<String, @Nullable Object>> files(List<String> paths, Path directory) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (String path : paths) {
      Map<String, @Nullable Object> seen = new LinkedHashMap<>();
      BasicFileAttributes file = attributes(directory, path);
      seen.put("path", path);
      seen.put("exists", file != null);
      seen.put("size", file == null ? null : (Long) file.size());
      seen.put("mtime", file == null ? null : Log.time(file.lastModifiedTime().toInstant()));
      all.add(seen);
    }
    return all;
  }

  /** If they are asked for; of files that are as they were seen. */
  private void addChecksums(List<Map<String, @Nullable Object>> files, Path directory) {
    String algorithm = Checksum.wanted(session.siteEnv, job.env());
    if (algorithm == null) {
      return;
    }
    for (Map<String, @Nullable Object> seen : files) {
      String path = String.valueOf(seen.get("path"));
      BasicFileAttributes file = attributes(directory, path);
      if (file != null
          && file.isRegularFile()
          && Log.time(file.lastModifiedTime().toInstant()).equals(seen.get("mtime"))) {
        seen.put("checksum", Checksum.of(directory.resolve(path), algorithm));
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

  /** The data quality results that the payload left, as a list, or why they can't be used. */
  private void dqm(Path file, Map<String, @Nullable Object> report) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    String problem;
    try {
      if (Files.size(file) <= LARGEST_DQM) {
        Object results = Fields.parseAny(Files.readAllBytes(file));
        // A payload that has no results may say so by null.
        report.put("dqm", results == null || results instanceof List ? results : List.of(results));
        return;
      }
      problem = "it is over " + LARGEST_DQM / 1024 + " KiB";
    } catch (JsonProcessingException e) {
      problem = "it is no JSON" + place(e) + ": " + HINT.split(e.getOriginalMessage())[0];
    } catch (IOException e) {
      problem = "it is not readable: " + Http.why(e);
    }
    Log.line("job %s: dqm.json stays here: %s", job.job(), problem);
    report.put("dqm_problem", problem);
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}

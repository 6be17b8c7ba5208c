package org.p3s.pilot;

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
import org.jspecify.annotations.Nullable;

/** Makes the finish report of a job: the body of {@code POST /api/v1/leases/{job}/finish}. */
final class Report {

  static final int TIMELIMIT_ERRCODE = 77;
  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;
  private static final long LARGEST_DQM = 512 * 1024;

  private final Assignment job;
  private final Session session;
  private final String host;

  Report(Assignment job, Session session, String host) {
    this.job = job;
    this.session = session;
    this.host = host;
  }

  /** The payload ran. */
  Map<String, @Nullable Object> ended(Payload.Outcome outcome, Payload payload, JobDir dir) {
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
    report.put("pid", payload.pid());
    report.put("workdir", dir.root().toString());
    report.put("ts_sta", Log.time(outcome.started()));
    report.put("ts_sto", Log.time(outcome.ended()));
    report.put("cpu_s", outcome.cpuSeconds());
    report.put("max_rss_kib", outcome.maxRssKib());
    report.put("outputs", outputs(dir.work()));
    report.put("stdout", payload.logs().stdout().text());
    report.put("stderr", payload.logs().stderr().text());
    report.put("dqm", dqm(dir.work().resolve("dqm.json")));
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

  private List<Map<String, @Nullable Object>> outputs(Path directory) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    String algorithm = Checksum.wanted(session.siteEnv, job.env());
    for (String path : job.outputs()) {
      Map<String, @Nullable Object> output = new LinkedHashMap<>();
      output.put("path", path);
      BasicFileAttributes file = attributes(directory, path);
      output.put("exists", file != null);
      output.put("size", file == null ? null : (Long) file.size());
      output.put("mtime", file == null ? null : Log.time(file.lastModifiedTime().toInstant()));
      if (file != null && file.isRegularFile() && algorithm != null) {
        output.put("checksum", Checksum.of(directory.resolve(path), algorithm));
      }
      all.add(output);
    }
    return all;
  }

  private static @Nullable BasicFileAttributes attributes(Path directory, String path) {
    try {
      return Files.readAttributes(directory.resolve(path), BasicFileAttributes.class);
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** The data quality results that the payload left, as a list; null if there are none. */
  private @Nullable Object dqm(Path file) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      if (Files.size(file) > LARGEST_DQM) {
        Log.line("job %s: dqm.json is over %d KiB and stays here", job.job(), LARGEST_DQM / 1024);
        return null;
      }
      Object results = Fields.parseAny(Files.readAllBytes(file));
      return results instanceof List ? results : List.of(results);
    } catch (IOException e) {
      Log.line("job %s: dqm.json is not readable: %s", job.job(), Http.why(e));
      return null;
    }
  }
}

package org.p3s.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.FinishReports;
import org.p3s.broker.app.LiveJobStore.ReportDetails;
import org.p3s.broker.domain.FinishReport;
import org.p3s.broker.domain.JobState;
import org.p3s.broker.domain.Text;
import org.p3s.contracts.ObservedFile;
import org.p3s.platform.problem.ProblemException;

/**
 * The finish report of a pilot.
 *
 * @param state finished, timelimit, nonstarter, killed or cancelled
 * @param errcode exit code; needed for finished, unless a signal is given
 * @param cpuS CPU seconds of the payload and its children
 * @param stdout the last part, of which at most 64 KiB are kept
 * @param dqm the payload's {@code dqm.json}: list of {@code {type, values{}, run?, subrun?,
 *     limits{}?}}
 * @param dqmProblem why the pilot could not send a {@code dqm.json} that was there
 * @param next asks for the next job in the same round trip
 */
record FinishBody(
    @Nullable Long lease,
    @Nullable UUID pilot,
    @Nullable String state,
    @Nullable Integer errcode,
    @Nullable Integer signal,
    @Nullable String reason,
    @Nullable String host,
    @Nullable Long pid,
    @Nullable String workdir,
    @Nullable Instant tsSta,
    @Nullable Instant tsSto,
    @Nullable Double cpuS,
    @Nullable Long maxRssKib,
    @Nullable List<ObservedFile> inputs,
    @Nullable List<ObservedFile> outputs,
    @Nullable String stdout,
    @Nullable String stderr,
    @Nullable JsonNode dqm,
    @Nullable String dqmProblem,
    @Nullable NextJobBody next) {

  private static final int LINE_BYTES = 1_000;

  /**
   * The request for the next job.
   *
   * @param labels only if they differ from those of the last request of this slot
   */
  record NextJobBody(
      @Nullable UUID request,
      @Nullable Double waitS,
      @Nullable Long remainingS,
      @Nullable Map<String, String> labels) {}

  FinishReports.FinishRequest toRequest(UUID job, UUID caller, String site, int keptBytes) {
    if (lease == null) {
      throw ProblemException.invalid("/lease", "is missing");
    }
    FinishReport report =
        new FinishReport(
            job, lease, caller, endState(), errcode, signal, line(reason), tsSta, tsSto);
    if (report.state() == JobState.FINISHED && report.exitCode() == null) {
      throw ProblemException.invalid("/errcode", "is missing; state finished has an exit code");
    }
    rejectNulls("/inputs", inputs);
    rejectNulls("/outputs", outputs);
    ReportDetails details =
        new ReportDetails(
            Text.withoutNul(host),
            pid,
            Text.withoutNul(workdir),
            cpuS,
            maxRssKib,
            withoutNul(inputs),
            withoutNul(outputs),
            Text.tail(Text.withoutNul(stdout), keptBytes),
            Text.tail(Text.withoutNul(stderr), keptBytes));
    return new FinishReports.FinishRequest(report, details, dqm, line(dqmProblem), nextJob(site));
  }

  private static void rejectNulls(String pointer, @Nullable List<ObservedFile> files) {
    if (files != null && files.contains(null)) {
      throw ProblemException.invalid(pointer, "has an entry that is null");
    }
  }

  private static @Nullable String line(@Nullable String text) {
    return Text.withoutNul(Text.tail(text, LINE_BYTES));
  }

  private JobState endState() {
    for (JobState possible : JobState.REPORTABLE) {
      if (possible.text().equals(state)) {
        return possible;
      }
    }
    throw ProblemException.invalid(
        "/state", "is finished, timelimit, nonstarter, killed or cancelled, not " + state);
  }

  private FinishReports.@Nullable NextJobRequest nextJob(String site) {
    if (next == null) {
      return null;
    }
    if (next.request() == null) {
      throw ProblemException.invalid("/next/request", "is missing; send a UUID of your own");
    }
    return new FinishReports.NextJobRequest(
        next.request(),
        site,
        next.labels() == null ? null : PilotLabels.of(next.labels()),
        next.remainingS());
  }

  private static List<ObservedFile> withoutNul(@Nullable List<ObservedFile> files) {
    return files == null ? List.of() : files.stream().map(FinishBody::withoutNul).toList();
  }

  private static ObservedFile withoutNul(ObservedFile file) {
    return new ObservedFile(
        String.valueOf(Text.withoutNul(file.path())),
        file.exists(),
        file.size(),
        file.mtime(),
        Text.withoutNul(file.checksum()));
  }
}

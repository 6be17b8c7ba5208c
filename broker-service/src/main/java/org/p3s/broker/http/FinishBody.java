package org.p3s.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Finishes;
import org.p3s.broker.app.JobStore.Details;
import org.p3s.broker.domain.JobState;
import org.p3s.broker.domain.Report;
import org.p3s.broker.domain.Text;
import org.p3s.contracts.ObservedFile;
import org.p3s.platform.problem.ProblemException;

/**
 * The end of a payload.
 *
 * @param state finished, timelimit, nonstarter, killed or cancelled
 * @param errcode exit code; needed for finished, unless a signal is given
 * @param cpuS CPU seconds of the payload and its children
 * @param stdout the last part, at most 64 KiB are kept
 * @param dqm the payload's {@code dqm.json}: list of {@code {type, values{}, run?, subrun?,
 *     limits{}?}}
 * @param dqmProblem why a {@code dqm.json} that was there did not come with the report
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
    @Nullable NextWish next) {

  private static final int LINE_BYTES = 1_000;

  /** The wish for another job; labels only if they differ from those of the last time. */
  record NextWish(
      @Nullable UUID request,
      @Nullable Double waitS,
      @Nullable Long remainingS,
      @Nullable Map<String, String> labels) {}

  Finishes.Finish toFinish(UUID job, UUID caller, String site, int keptBytes) {
    if (lease == null) {
      throw ProblemException.invalid("/lease", "is missing");
    }
    Report report =
        new Report(job, lease, caller, end(), errcode, signal, line(reason), tsSta, tsSto);
    if (report.state() == JobState.FINISHED && report.exitCode() == null) {
      throw ProblemException.invalid("/errcode", "is missing; state finished has an exit code");
    }
    if (outputs != null && outputs.contains(null)) {
      throw ProblemException.invalid("/outputs", "has an entry that is null");
    }
    Details details =
        new Details(
            Text.clean(host),
            pid,
            Text.clean(workdir),
            cpuS,
            maxRssKib,
            clean(inputs),
            clean(outputs),
            Text.tail(Text.clean(stdout), keptBytes),
            Text.tail(Text.clean(stderr), keptBytes));
    return new Finishes.Finish(report, details, dqm, line(dqmProblem), wish(site));
  }

  private static @Nullable String line(@Nullable String text) {
    return Text.clean(Text.tail(text, LINE_BYTES));
  }

  private JobState end() {
    for (JobState possible : JobState.REPORTABLE) {
      if (possible.text().equals(state)) {
        return possible;
      }
    }
    throw ProblemException.invalid(
        "/state", "is finished, timelimit, nonstarter, killed or cancelled, not " + state);
  }

  private Finishes.@Nullable Next wish(String site) {
    if (next == null) {
      return null;
    }
    if (next.request() == null) {
      throw ProblemException.invalid("/next/request", "is missing; send a UUID of your own");
    }
    return new Finishes.Next(
        next.request(),
        site,
        next.labels() == null ? null : Labels.of(next.labels()),
        next.remainingS());
  }

  private static List<ObservedFile> clean(@Nullable List<ObservedFile> files) {
    return files == null ? List.of() : files.stream().map(FinishBody::clean).toList();
  }

  private static ObservedFile clean(ObservedFile file) {
    return new ObservedFile(
        String.valueOf(Text.clean(file.path())),
        file.exists(),
        file.size(),
        file.mtime(),
        Text.clean(file.checksum()));
  }
}

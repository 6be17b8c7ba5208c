package org.p3s.pilot.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadLogs;
import org.p3s.pilot.payload.PayloadProcess;
import org.p3s.pilot.workdir.JobDirectory;

class FinishReportBuilderTest {

  private static final PayloadProcess.Outcome WELL =
      new PayloadProcess.Outcome(0, null, Instant.EPOCH, Instant.EPOCH.plusSeconds(1), 0.1, 1L);

  @TempDir Path work;

  private Map<String, @Nullable Object> withResults(String dqm) throws Exception {
    return ended(List.of(), dqm);
  }

  private Map<String, @Nullable Object> ended(List<String> outputs, String dqm) throws Exception {
    PilotSession session =
        new PilotSession(
            UUID.randomUUID(), new JsonFields(Map.of("token", "t", "broker", "http://b")), "", 1);
    AssignedJob job =
        new AssignedJob(
            UUID.randomUUID(), 7, 1, "n", "true", null, Map.of(), 10, List.of(), outputs);
    JobDirectory dir = JobDirectory.create(work, job.attemptId(), job.lease());
    Files.writeString(dir.work().resolve("dqm.json"), dqm);
    FinishReportBuilder report = new FinishReportBuilder(job, session, "host");
    return report.ended(WELL, 11, new PayloadLogs(dir, 1024), dir);
  }

  @Test
  void one_result_is_a_list_of_one_and_null_is_none() throws Exception {
    assertThat(withResults("[{\"run\":1}]")).containsEntry("dqm", List.of(Map.of("run", 1)));
    assertThat(withResults("{\"run\":1}")).containsEntry("dqm", List.of(Map.of("run", 1)));
    assertThat(withResults("null"))
        .containsEntry("dqm", null)
        .containsEntry("errcode", 0)
        .doesNotContainKey("dqm_problem");
  }

  @Test
  void for_results_that_are_not_json_the_problem_and_its_position_are_reported() throws Exception {
    for (String bad : List.of("{\"run\": 1,\n \"values\": {\"x\": NaN}}", "", "[1, ")) {
      Map<String, @Nullable Object> report = withResults(bad);
      assertThat(report).containsEntry("state", "finished").doesNotContainKey("dqm");
      assertThat(String.valueOf(report.get("dqm_problem")))
          .startsWith("it is no JSON")
          .doesNotContain("\n");
    }
    assertThat(withResults("{\"run\": 1,\n \"values\": {\"x\": NaN}}"))
        .containsEntry(
            "dqm_problem", "it is no JSON at line 2, column 21: Non-standard token 'NaN'");
  }

  @Test
  void results_that_are_too_large_are_reported_as_a_problem() throws Exception {
    assertThat(withResults("\"" + "x".repeat(512 * 1024) + "\""))
        .containsEntry("state", "finished")
        .containsEntry("dqm_problem", "it is over 512 KiB");
  }

  @Test
  void the_end_is_reported_even_if_the_output_files_cannot_be_checked() throws Exception {
    assertThat(ended(Arrays.asList((String) null), "[]"))
        .containsEntry("state", "finished")
        .containsEntry("errcode", 0)
        .containsEntry("stdout", "");
  }
}

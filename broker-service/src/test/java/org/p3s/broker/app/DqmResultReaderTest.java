package org.p3s.broker.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.JobState;
import org.p3s.contracts.JsonCodec;

class DqmResultReaderTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static DqmResultReader.Read read(String json, @Nullable Long run) throws Exception {
    return read(json, null, run);
  }

  private static DqmResultReader.Read read(
      String json, @Nullable String problem, @Nullable Long run) throws Exception {
    JsonNode dqm = JsonCodec.mapper().readTree(json);
    Job job =
        new Job(
            new UUID(1, 2),
            null,
            null,
            "t",
            JobState.RUNNING,
            1,
            run,
            4L,
            NOW,
            null,
            null,
            null,
            null,
            null,
            false);
    return DqmResultReader.read(dqm, problem, job, NOW);
  }

  @Test
  void a_result_takes_run_and_subrun_from_its_job_unless_it_has_its_own() throws Exception {
    var results =
        read(
                """
                [{"type": "purity", "values": {"lifetime": 0.4, "tags": ["a", null]}},
                 {"type": "sn", "run": 9, "values": {"sn": 5}, "limits": {"sn": {"min": 5}}}]
                """,
                7L)
            .results();
    assertThat(results).extracting("run").containsExactly(7L, 9L);
    assertThat(results.get(0).subrun()).isEqualTo(4);
    assertThat(results.get(1).limits()).isEqualTo(Map.of("sn", Map.of("min", 5)));
  }

  @Test
  void entries_that_are_no_results_are_skipped_and_named() throws Exception {
    var read =
        read(
            """
            [1, {"values": {"a": 1}}, {"type": "x"}, {"type": "x", "values": {"a": 1}, "run": "z"},
             {"type": "good", "values": {"a": 1}}]
            """,
            7L);
    assertThat(read.results()).extracting("type").containsExactly("good");
    assertThat(read.skipped())
        .containsExactly(
            "/0 is not an object",
            "/1 has no type",
            "/2 has no values",
            "/3 has a run that is not a whole number");
  }

  @Test
  void why_the_pilot_could_not_send_results_is_named() throws Exception {
    var read = read("null", "it is over 512 KiB", 7L);
    assertThat(read.results()).isEmpty();
    assertThat(read.skipped()).containsExactly("it is over 512 KiB");
  }

  @Test
  void a_result_without_a_run_is_skipped() throws Exception {
    assertThat(read("[{\"type\": \"x\", \"values\": {\"a\": 1}}]", null).skipped()).hasSize(1);
    assertThat(read("{\"type\": \"x\"}", 1L).skipped()).containsExactly("it is not a list");
  }
}

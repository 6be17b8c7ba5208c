package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Every input file of the old system, with the answer to it; skipped if they are not there. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class LegacyFilesIT {

  private static final Path INPUTS = Path.of("../../shared/data/p3s/inputs");

  // A file, how it is sent (as a template, a job file, a file info or job info of a DAG, or a data
  // type), the status of the answer and the start of the problem.
  private static final String EXPECTED =
      """
      1filter/1filter.graphml               | dag           | 201 |
      1filter/1filter_fail.graphml          | dag           | 422 | unknown-datatype: line 50: edge NOOP1:filter
      3filters/3filters.graphml             | dag           | 201 |
      misc/wfmulti1.graphml                 | dag           | 201 |
      1filter/fileinfo_1filter.json         | files:1filter | 201 |
      1filter/fileinfo_1filter_m.json       | files:1filter | 201 |
      1filter/jobinfo_1filter.json          | jobs:1filter  | 201 |
      3filters/fileinfo_3filters.json       | files:3filters| 201 |
      data/rootDataType.json                | datatype      | 201 |
      data/txtDataType.json                 | datatype      | 201 |
      data/sampleFTSmeta1.json              | jobs          | 400 | malformed-json: line
      jobs/job_template1.json               | jobs          | 201 |
      jobs/job_template2.json               | jobs          | 201 |
      jobs/printEnv.json                    | jobs          | 201 |
      jobs/purge_template1.json             | jobs          | 422 | validation-failed: /0/job
      jobs/simplejob1.json                  | jobs          | 201 |
      jobs/simplejob1_type2.json            | jobs          | 201 |
      jobs/simplejob1_type3.json            | jobs          | 201 |
      jobs/sleep100.json                    | jobs          | 201 |
      jobs/sleep100000lxvm.json             | jobs          | 201 |
      jobs/sleep100dqm.json                 | jobs          | 201 |
      jobs/sleep100lxvm.json                | jobs          | 201 |
      jobs/threeSimpleJobs.json             | jobs          | 201 |
      larsoft/dqmarchive/lxdqm_lar_4.json   | jobs          | 201 |
      larsoft/femb/fembcount_data.json      | jobs          | 201 |
      larsoft/monitor/monitor_main.json     | jobs          | 201 |
      larsoft/neutarchive/neutdqm_lar_1.json| jobs          | 201 |
      larsoft/purity/purity_data.json       | jobs          | 201 |
      larsoft/purity/purity_main_reco_1.json| jobs          | 201 |
      misc/summary.json                     | jobs          | 422 | validation-failed: /
      monitor/example_FileList_2.json       | jobs          | 422 | validation-failed: /
      monitor/example_summary_1.json        | jobs          | 422 | validation-failed: /
      monitor/run005077_0045_protoreco_summary.json | jobs  | 422 | validation-failed: /
      sites/lxbatch.json                    | jobs          | 422 | validation-failed: /
      sites/lxvm.json                       | jobs          | 422 | validation-failed: /
      sites/neutdqm.json                    | jobs          | 422 | validation-failed: /
      sites/sagebrush.json                  | jobs          | 422 | validation-failed: /
      sites/template.json                   | jobs          | 422 | validation-failed: /
      sites/test.json                       | jobs          | 422 | validation-failed: /
      """;

  record Row(String file, String as, int status, String problem) {
    @Override
    public String toString() {
      return file + ": " + status;
    }
  }

  static Stream<Row> rows() {
    return EXPECTED
        .lines()
        .map(line -> Arrays.stream((line + " ").split("\\|")).map(String::strip).toList())
        .map(c -> new Row(c.get(0), c.get(1), Integer.parseInt(c.get(2)), c.get(3)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void each_file_is_accepted_or_refused(Row row) throws IOException {
    assumeTrue(Files.isDirectory(INPUTS), () -> "skipped: there is no " + INPUTS);
    Answer answer = send(row.as(), row.file());
    assertThat(answer.status()).as(answer.text()).isEqualTo(row.status());
    if (answer.status() >= 400) {
      assertThat(answer.problem() + ": " + answer.json().path("detail").asText())
          .startsWith(row.problem());
    }
  }

  private static Answer send(String as, String file) throws IOException {
    String text = Files.readString(INPUTS.resolve(file));
    String kind = as.contains(":") ? as.substring(0, as.indexOf(':')) : as;
    switch (kind) {
      case "dag":
        String name = "old-" + file.replaceAll("\\W", "-");
        WorkflowApi.delete("/dags/" + name);
        return WorkflowApi.loadTemplate("name=" + name, text);
      case "datatype":
        return WorkflowApi.post("/datatypes", text);
      case "jobs":
        if (as.equals("jobs")) {
          return WorkflowApi.post("/jobs", text);
        }
      // A job info is sent like a file info.
      default:
        String dag = as.substring(as.indexOf(':') + 1);
        String graphml = Files.readString(INPUTS.resolve(dag + "/" + dag + ".graphml"));
        WorkflowApi.loadTemplate("name=old-" + dag + "&replace=true", graphml);
        return WorkflowApi.post(
            "/workflows", "{\"dag\": \"old-%s\", \"%s\": %s}".formatted(dag, kind, text));
    }
  }

  @Test
  void all_files_are_listed() throws IOException {
    assumeTrue(Files.isDirectory(INPUTS), () -> "skipped: there is no " + INPUTS);
    try (Stream<Path> files = Files.walk(INPUTS)) {
      Set<String> existing =
          files
              .map(file -> INPUTS.relativize(file).toString())
              .filter(file -> file.endsWith(".json") || file.endsWith(".graphml"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(rows().map(Row::file)).containsExactlyInAnyOrderElementsOf(existing);
    }
  }
}

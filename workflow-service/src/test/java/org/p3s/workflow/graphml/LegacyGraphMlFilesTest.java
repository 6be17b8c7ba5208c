package org.p3s.workflow.graphml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.workflow.app.InvalidTemplateException;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.DagCheck;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.FileInfo;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.WorkflowPlanner;
import org.p3s.workflow.domain.WorkflowRequest;

/** Templates of the old system; skipped if they are not there. */
class LegacyGraphMlFilesTest {

  private static final Path INPUTS = Path.of("../../shared/data/p3s/inputs");

  @BeforeEach
  void require_files() {
    assumeTrue(Files.isDirectory(INPUTS), () -> "skipped: there is no " + INPUTS);
  }

  private static Dag read(String file) throws IOException, InvalidTemplateException {
    return GraphMlReader.read(Files.readAllBytes(INPUTS.resolve(file)), 10_000).dag();
  }

  @ParameterizedTest
  @CsvSource({
    "1filter/1filter.graphml, 3, 2, ''",
    "3filters/3filters.graphml, 5, 6, ''",
    "misc/wfmulti1.graphml, 3, 3, ''",
    "1filter/1filter_fail.graphml, 3, 2, NOSUCH"
  })
  void each_file_is_a_graph_with_known_or_unknown_data_types(
      String file, int nodes, int edges, String unknown)
      throws IOException, InvalidTemplateException {
    Dag dag = read(file);
    assertThat(dag.nodes()).hasSize(nodes);
    assertThat(dag.edges()).hasSize(edges);
    assertThat(DagCheck.cycle(dag)).isEmpty();
    assertThat(String.join(",", DagCheck.unknownTypes(dag, Set.of("TXT")).values()))
        .isEqualTo(unknown);
  }

  @Test
  void parallel_edges_are_two_files() throws IOException, InvalidTemplateException {
    assertThat(read("misc/wfmulti1.graphml").edges())
        .extracting(Edge::name)
        .containsExactly("mean.txt", "rms.txt", "summary.txt");
  }

  @Test
  void the_environment_of_the_filter_has_its_files() throws IOException, InvalidTemplateException {
    WorkflowRequest order =
        new WorkflowRequest(
            null,
            null,
            Map.of(
                "NOOP1:filter", new FileInfo("input.txt", "/home/x/", null),
                "filter:NOOP2", new FileInfo("output.txt", "/home/x", null)),
            Map.of(),
            true,
            null,
            null,
            null,
            null,
            "jane",
            null,
            java.time.Instant.EPOCH);
    WorkflowPlan plan =
        WorkflowPlanner.plan(
            read("1filter/1filter.graphml"), 1, order, Map.of("TXT", ".txt"), UUID::randomUUID);
    Job filter = plan.jobs().get(1);
    assertThat(filter.payload()).isEqualTo("grep -c TEST $INPTXT > $OUTTXT");
    assertThat(filter.env())
        .containsEntry("P3S_EXECMODE", "SHELL")
        .containsEntry("INPTXT", "/home/x/input.txt")
        .containsEntry("OUTTXT", "/home/x/output.txt");
    assertThat(filter.timelimit()).isEqualTo(7777);
    assertThat(filter.priority()).isEqualTo(4);
  }
}

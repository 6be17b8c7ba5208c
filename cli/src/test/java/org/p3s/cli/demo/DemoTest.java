package org.p3s.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.Directories;
import org.p3s.cli.Endpoints;
import org.p3s.cli.ExitCode;
import org.p3s.cli.FakeApi;
import org.p3s.cli.FakeTerminal;
import org.p3s.cli.api.ApiClient;
import org.p3s.cli.text.JsonTree;

class DemoTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path dir;
  private FakeApi api;
  private FakeTerminal terminal;
  private CommandContext cli;
  private DemoDirectories directories;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    terminal = FakeTerminal.notInteractive();
    Map<String, String> env = new HashMap<>(api.environment());
    env.put("P3S_HOME", dir.toString());
    env.put("P3S_DATA", dir.resolve("R&D").toString());
    Directories installation = new Directories(env);
    Endpoints endpoints = new Endpoints(env, installation);
    cli =
        new CommandContext(
            installation,
            endpoints,
            terminal.terminal,
            new ApiClient(endpoints),
            InstantSource.fixed(NOW),
            List.of("demo"));
    directories = new DemoDirectories(installation);
    directories.create();
    Files.createDirectories(directories.templates());
    Files.writeString(
        directories.templates().resolve("datatypes.json"),
        "[{\"name\":\"RAW\"},{\"name\":\"HITS\"}]");
    Files.writeString(
        directories.templates().resolve("tpc-monitor.graphml"),
        "<g a='@RESULTS@' b='@DETECTOR@'/>");
    Files.writeString(
        directories.templates().resolve("watch.json"), "{\"name\":\"tpc\",\"path\":\"@INBOX@\"}");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static String workflow(String file, String state, String outcome, int done) {
    return """
        {"uuid":"w-%1$s","path":"/in/%1$s","state":"%2$s","outcome":%3$s,"nvertices":4,
         "ndone":%4$d,"ts_sto":"2026-01-31T12:00:02.500Z"}"""
        .formatted(file, state, outcome, done);
  }

  private static String page(String... items) {
    return "{\"items\":[" + String.join(",", items) + "],\"next\":null}";
  }

  private List<DemoFile> files() {
    return List.of(
        new DemoFile(Path.of("/in/a.raw"), NOW, false),
        new DemoFile(Path.of("/in/b.raw"), NOW, true));
  }

  @Test
  void paths_are_escaped_for_the_format_of_the_file() {
    api.answer("POST /datatypes", 201, "{}")
        .answer("POST /dags", 200, "{}")
        .answer("POST /watches", 201, "{}");

    DemoSetup.read(directories).load(cli.api());

    List<FakeApi.Request> requests = api.requests();
    assertThat(requests).hasSize(4);
    assertThat(requests.get(2).methodAndPath())
        .isEqualTo("POST /dags?name=tpc-monitor&replace=true");
    assertThat(requests.get(2).body())
        .isEqualTo(
            "<g a='"
                + directories.results().toString().replace("&", "&amp;")
                + "' b='"
                + directories.detectorJar()
                + "'/>");
    assertThat(requests.get(3).body())
        .isEqualTo("{\"name\":\"tpc\",\"path\":\"" + directories.inbox() + "\"}");
    assertThat(DemoSetup.fill("@A@", Map.of("@A@", "<'\">"), DemoSetup::escapedXml))
        .isEqualTo("&lt;&apos;&quot;&gt;");
  }

  @Test
  void data_types_and_watches_of_an_earlier_demo_are_kept() {
    api.answer("POST /datatypes", 409, "{\"title\":\"It exists already\"}");
    api.answer("POST /dags", 200, "{}")
        .answer("POST /watches", 409, "{\"title\":\"It exists already\"}");
    DemoSetup.read(directories).load(cli.api());

    api.answer("POST /watches", 422, "{\"title\":\"There is no such directory\"}");
    DemoSetup setup = DemoSetup.read(directories);
    assertThatThrownBy(() -> setup.load(cli.api())).hasMessage("There is no such directory");
  }

  @Test
  void every_demo_has_a_new_run_number() throws IOException {
    assertThat(new DemoRun(directories).number()).isEqualTo(5001);
    assertThat(new DemoRun(directories).number()).isEqualTo(5002);
    Files.createDirectory(directories.runs().resolve("6000"));
    assertThat(new DemoRun(directories).number()).isEqualTo(6001);
  }

  @Test
  void files_are_moved_into_the_inbox() throws IOException {
    Path made = Files.writeString(directories.runs().resolve("a.raw"), "x");
    List<DemoFile> dropped = new DemoRun(directories).drop(List.of(made), cli.clock());
    assertThat(made).doesNotExist();
    assertThat(dropped.get(0).path()).hasContent("x");
  }

  @Test
  void waiting_for_the_workflows_prints_a_line_for_each_change() {
    api.answer(
        "GET /workflows",
        200,
        page(),
        page(workflow("a.raw", "running", "null", 1)),
        page(
            workflow("a.raw", "finished", "\"success\"", 4),
            workflow("b.raw", "failed", "\"failure\"", 1),
            workflow("old.raw", "finished", "\"success\"", 4)));

    new DemoProgress(cli, DemoSetup.read(directories), Duration.ofSeconds(30)).waitForEnd(files());

    assertThat(terminal.lines())
        .containsExactly(
            "a.raw: dropped in",
            "b.raw: dropped in",
            "a.raw: running, 1 of 4 jobs done",
            "a.raw: finished, 4 of 4 jobs done",
            "b.raw: failed, 1 of 4 jobs done");
  }

  @Test
  void a_timeout_names_the_workflows_and_files_that_have_not_ended() {
    api.answer("GET /workflows", 200, page(workflow("a.raw", "running", "null", 1)));
    api.answer("GET /files", 200, page("{\"name\":\"b.raw\",\"state\":\"seen\"}"));

    assertThatThrownBy(
            () ->
                new DemoProgress(cli, DemoSetup.read(directories), Duration.ofMillis(150))
                    .waitForEnd(files()))
        .isInstanceOfSatisfying(CommandFailure.class, e -> assertThat(e.exit()).isEqualTo(4))
        .hasMessageContaining("a.raw (running); b.raw (no workflow; file is seen)");
  }

  private int report(String second) throws Exception {
    List<DemoFile> files = files();
    files.get(0).setWorkflow(JsonTree.parse(workflow("a.raw", "finished", "\"success\"", 4)));
    files.get(1).setWorkflow(JsonTree.parse(second));
    return new DemoReport(cli, directories).print(files);
  }

  @Test
  void the_report_shows_the_failure_with_the_last_lines_of_its_log() throws Exception {
    api.answer(
        "GET /workflows/w-b.raw",
        200,
        """
        {"jobs":[{"uuid":"j1","node":"decode","state":"finished","outcome":"failure","errcode":3},
                 {"uuid":"j2","node":"hits","state":"cancelled","outcome":"failure"}]}""");
    api.answer("GET /jobs/j1/log", 200, "{\"stderr\":\"bad checksum\\n\"}");

    Files.createDirectories(directories.results().resolve("a"));
    Files.writeString(
        directories.results().resolve("a/a_summary.json"),
        "{\"purity\":{\"lifetime_ms\":5.118,\"true_lifetime_ms\":5.2}}");

    assertThat(report(workflow("b.raw", "failed", "\"failure\"", 1))).isEqualTo(ExitCode.DONE);

    assertThat(terminal.out())
        .contains("a.raw  w-a.raw   finished   4/4     2.50  lifetime 5.12 ms (generated 5.20)")
        .contains("b.raw failed in node decode: finished, error code 3")
        .contains("  | bad checksum")
        .contains("./p3s job log j1 --stderr")
        .contains("viewer.token")
        .doesNotContain("node hits");
  }

  @Test
  void a_demo_without_the_expected_failure_is_exit_code_1() throws Exception {
    assertThat(report(workflow("b.raw", "finished", "\"success\"", 4))).isEqualTo(ExitCode.FAILED);
    assertThat(terminal.err()).contains("unexpected ends: b.raw");
  }
}

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
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.FakeApi;
import org.p3s.cli.FakeTerminal;
import org.p3s.cli.Place;
import org.p3s.cli.api.Api;

class DemoTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path dir;
  private FakeApi api;
  private FakeTerminal terminal;
  private Context cli;
  private DemoPlace place;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    terminal = FakeTerminal.files();
    Map<String, String> env = new HashMap<>(api.env());
    env.put("P3S_HOME", dir.toString());
    env.put("P3S_DATA", dir.resolve("R&D").toString());
    Place where = new Place(env);
    cli =
        new Context(
            where, terminal.terminal, new Api(where), InstantSource.fixed(NOW), List.of("demo"));
    place = new DemoPlace(where);
    place.create();
    Files.createDirectories(place.templates());
    Files.writeString(
        place.templates().resolve("datatypes.json"), "[{\"name\":\"RAW\"},{\"name\":\"HITS\"}]");
    Files.writeString(
        place.templates().resolve("tpc-monitor.graphml"), "<g a='@RESULTS@' b='@DETECTOR@'/>");
    Files.writeString(
        place.templates().resolve("watch.json"), "{\"name\":\"tpc\",\"path\":\"@INBOX@\"}");
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
  void places_are_filled_in_as_the_language_of_the_file_wants_it() {
    api.on("POST /datatypes", 201, "{}").on("POST /dags", 200, "{}").on("POST /watches", 201, "{}");

    DemoSetup.read(place).load(cli.api());

    List<FakeApi.Request> requests = api.requests();
    assertThat(requests).hasSize(4);
    assertThat(requests.get(2).line()).isEqualTo("POST /dags?name=tpc-monitor&replace=true");
    assertThat(requests.get(2).body())
        .isEqualTo(
            "<g a='"
                + place.results().toString().replace("&", "&amp;")
                + "' b='"
                + place.detector()
                + "'/>");
    assertThat(requests.get(3).body())
        .isEqualTo("{\"name\":\"tpc\",\"path\":\"" + place.inbox() + "\"}");
    assertThat(DemoSetup.fill("@A@", Map.of("@A@", "<'\">"), DemoSetup::xml))
        .isEqualTo("&lt;&apos;&quot;&gt;");
  }

  @Test
  void what_is_there_from_the_last_time_is_no_fault() {
    api.on("POST /datatypes", 409, "{\"title\":\"It is there already\"}");
    api.on("POST /dags", 200, "{}").on("POST /watches", 409, "{\"title\":\"It is there already\"}");
    DemoSetup.read(place).load(cli.api());

    api.on("POST /watches", 422, "{\"title\":\"There is no such directory\"}");
    DemoSetup setup = DemoSetup.read(place);
    assertThatThrownBy(() -> setup.load(cli.api())).hasMessage("There is no such directory");
  }

  @Test
  void every_demo_has_a_run_number_of_its_own() throws IOException {
    assertThat(new Detector(place).run()).isEqualTo(5001);
    assertThat(new Detector(place).run()).isEqualTo(5002);
    Files.createDirectory(place.runs().resolve("6000"));
    assertThat(new Detector(place).run()).isEqualTo(6001);
  }

  @Test
  void files_are_moved_whole() throws IOException {
    Path made = Files.writeString(place.runs().resolve("a.raw"), "x");
    List<DemoFile> dropped = new Detector(place).move(List.of(made), cli.clock());
    assertThat(made).doesNotExist();
    assertThat(dropped.get(0).path()).hasContent("x");
  }

  @Test
  void workflows_are_followed_to_their_ends_with_a_line_for_each_change() {
    api.on(
        "GET /workflows",
        200,
        page(),
        page(workflow("a.raw", "running", "null", 1)),
        page(
            workflow("a.raw", "finished", "\"success\"", 4),
            workflow("b.raw", "failed", "\"failure\"", 1),
            workflow("old.raw", "finished", "\"success\"", 4)));

    new DemoProgress(cli, DemoSetup.read(place), Duration.ofSeconds(30)).follow(files());

    assertThat(terminal.lines())
        .containsExactly(
            "a.raw: dropped in",
            "b.raw: dropped in",
            "a.raw: running, 1 of 4 jobs done",
            "a.raw: finished, 4 of 4 jobs done",
            "b.raw: failed, 1 of 4 jobs done");
  }

  @Test
  void late_workflows_are_named_with_what_the_ledger_says() {
    api.on("GET /workflows", 200, page(workflow("a.raw", "running", "null", 1)));
    api.on("GET /files", 200, page("{\"name\":\"b.raw\",\"state\":\"seen\"}"));

    assertThatThrownBy(
            () ->
                new DemoProgress(cli, DemoSetup.read(place), Duration.ofMillis(150))
                    .follow(files()))
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.exit()).isEqualTo(4))
        .hasMessageContaining("a.raw (running); b.raw (no workflow; file is seen)");
  }

  private int report(String second) throws Exception {
    List<DemoFile> files = files();
    files.get(0).has(org.p3s.cli.text.Json.parse(workflow("a.raw", "finished", "\"success\"", 4)));
    files.get(1).has(org.p3s.cli.text.Json.parse(second));
    return new DemoReport(cli, place).print(files);
  }

  @Test
  void the_report_shows_the_failure_with_the_end_of_its_log() throws Exception {
    api.on(
        "GET /workflows/w-b.raw",
        200,
        """
        {"jobs":[{"uuid":"j1","node":"decode","state":"finished","outcome":"failure","errcode":3},
                 {"uuid":"j2","node":"hits","state":"cancelled","outcome":"failure"}]}""");
    api.on("GET /jobs/j1/log", 200, "{\"stderr\":\"bad checksum\\n\"}");

    Files.createDirectories(place.results().resolve("a"));
    Files.writeString(
        place.results().resolve("a/a_summary.json"),
        "{\"purity\":{\"lifetime_ms\":5.118,\"true_lifetime_ms\":5.2}}");

    assertThat(report(workflow("b.raw", "failed", "\"failure\"", 1))).isEqualTo(Exit.DONE);

    assertThat(terminal.out())
        .contains("a.raw  w-a.raw   finished   4/4     2.50  lifetime 5.12 ms (generated 5.20)")
        .contains("b.raw failed in node decode: finished, error code 3")
        .contains("  | bad checksum")
        .contains("./p3s job log j1 --stderr")
        .contains("viewer.token")
        .doesNotContain("node hits");
  }

  @Test
  void a_run_without_its_failure_did_not_go_as_designed() throws Exception {
    assertThat(report(workflow("b.raw", "finished", "\"success\"", 4))).isEqualTo(Exit.FAILED);
    assertThat(terminal.err()).contains("not as designed: b.raw");
  }
}

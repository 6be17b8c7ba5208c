package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkTest {

  private static final String JOB =
      """
      {"uuid":"j1","name":"sleep","jobtype":"t","state":"%s","outcome":%s,"errcode":%s,
       "reason":%s,"priority":3,"ts_def":"2026-01-31T12:00:00.000Z"}""";
  private static final String WORKFLOW =
      """
      {"uuid":"w1","name":"one","dag":"tpc","state":"%s","outcome":%s,"nvertices":3,"ndone":%d}""";

  @TempDir Path dir;
  private FakeApi api;
  private FakeTerminal terminal;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    terminal = FakeTerminal.files();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private int p3s(String... args) {
    return Main.run(api.env(), terminal.terminal, args);
  }

  private static String job(String state, String outcome) {
    return JOB.formatted(state, outcome, "null", "null");
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(dir.resolve(name), content);
  }

  @Test
  void a_workflow_is_followed_to_its_end_with_a_line_for_each_change() throws IOException {
    api.on("POST /workflows", 201, WORKFLOW.formatted("running", "null", 0));
    api.on(
        "GET /workflows/w1",
        200,
        WORKFLOW.formatted("running", "null", 1),
        WORKFLOW.formatted("finished", "\"success\"", 3));
    Path files = file("files.json", "{\"a:b\":{\"name\":\"x\"}}");

    assertThat(p3s("workflow", "start", "tpc", "--files", files.toString(), "--wait")).isZero();

    assertThat(api.requests().get(0).body())
        .isEqualTo("{\"dag\":\"tpc\",\"files\":{\"a:b\":{\"name\":\"x\"}}}");
    assertThat(api.requests().get(0).key()).isNotNull();
    assertThat(terminal.err().lines())
        .containsExactly(
            "w1 one: running, 0 of 3 jobs done",
            "w1 one: running, 1 of 3 jobs done",
            "w1 one: finished, 3 of 3 jobs done");
    assertThat(terminal.out()).contains("w1", "finished");
  }

  @Test
  void waiting_for_a_job_that_fails_is_exit_1_and_says_why() throws IOException {
    api.on("POST /jobs", 201, "{\"items\":[" + job("defined", "null") + "],\"next\":null}");
    api.on("GET /jobs/j1", 200, JOB.formatted("finished", "\"failure\"", "3", "\"it went wrong\""));

    assertThat(p3s("job", "submit", file("j.json", "[]").toString(), "--wait")).isEqualTo(1);

    assertThat(terminal.err())
        .endsWith("p3s: job j1 failed: sleep: finished, error code 3, it went wrong\n");
  }

  @Test
  void waiting_too_long_is_exit_4() throws IOException {
    api.on("POST /jobs", 201, "{\"items\":[" + job("defined", "null") + "],\"next\":null}");
    api.on("GET /jobs/j1", 200, job("running", "null"));

    String file = file("j.json", "[]").toString();
    assertThat(p3s("job", "submit", file, "--wait", "--timeout", "200ms")).isEqualTo(4);

    assertThat(terminal.err()).contains("p3s: timed out after 0.20 s: 1 of 1 have not ended");
  }

  @Test
  void each_job_can_be_repeated_and_given_its_input_file() throws IOException {
    api.on("POST /jobs", 201, "{\"items\":[],\"next\":null}");
    Path file = file("j.json", "{\"payload\":\"true\"}");

    assertThat(p3s("job", "submit", file.toString(), "-N", "2", "-f", "/a,/b")).isZero();

    String two =
        "{\"payload\":\"true\",\"infile\":\"/a\"},{\"payload\":\"true\",\"infile\":\"/b\"}";
    assertThat(api.last().body()).isEqualTo("[" + two + "," + two + "]");
  }

  @Test
  void a_selection_asks_and_takes_no_for_an_answer() {
    api.on("GET /jobs", 200, "{\"items\":[" + job("defined", "null") + "],\"next\":null}");
    api.on("DELETE /jobs/j1", 202, job("cancelled", "\"failure\""));

    assertThat(p3s("job", "cancel", "--jobtype", "t")).isEqualTo(2);
    assertThat(terminal.err()).contains("cancel 1 jobs?", "--yes");
    terminal = FakeTerminal.person("n\n");
    assertThat(p3s("job", "cancel", "--jobtype", "t")).isZero();
    assertThat(api.requests()).noneMatch(r -> r.line().startsWith("DELETE"));

    terminal = FakeTerminal.person("y\n");
    assertThat(p3s("job", "cancel", "--jobtype", "t")).isZero();
    assertThat(api.last().line()).isEqualTo("DELETE /jobs/j1");
    terminal = FakeTerminal.files();
    assertThat(p3s("job", "cancel", "--jobtype", "t", "--yes")).isZero();
    assertThat(api.last().line()).isEqualTo("DELETE /jobs/j1");
  }
}

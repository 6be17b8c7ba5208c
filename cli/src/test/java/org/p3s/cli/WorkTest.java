package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkTest {

  private static final String JOB =
      """
      {"uuid":"j1","name":"sleep","jobtype":"t","state":"%s","outcome":%s,"errcode":%s,
       "reason":%s,"priority":3,"ts_def":"2026-01-31T12:00:00.000Z"}\
      """;
  private static final String WORKFLOW =
      """
      {"uuid":"w1","name":"one","dag":"tpc","state":"%s","outcome":%s,"nvertices":3,"ndone":%d}\
      """;

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
  void nothing_of_a_file_is_left_out_without_a_word() throws IOException {
    Path two = file("two.json", "[{\"payload\":\"a\"}]\n[{\"payload\":\"b\"}]");
    assertThat(p3s("job", "submit", two.toString(), "-N", "2")).isEqualTo(1);
    assertThat(terminal.err()).contains("there is more after the end of the JSON (line 2)");

    Path twice = file("twice.json", "{\"a:b\":{\"name\":\"x\"},\n\"a:b\":{\"name\":\"y\"}}");
    assertThat(p3s("workflow", "start", "tpc", "--files", twice.toString())).isEqualTo(1);
    assertThat(terminal.err()).contains("one object has twice the key 'a:b' (line 2)");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void a_selection_counts_and_asks_and_takes_no_for_an_answer() {
    api.on("POST /jobs/cancel", 200, "{\"count\":7}");
    String count = "POST /jobs/cancel?jobtype=t&site=s&dry_run=true";

    assertThat(p3s("job", "cancel", "--jobtype", "t", "--site", "s")).isEqualTo(2);
    assertThat(terminal.err()).contains("cancel 7 jobs?", "--yes");
    terminal = FakeTerminal.person("n\n");
    assertThat(p3s("job", "cancel", "--jobtype", "t", "--site", "s")).isZero();
    assertThat(api.requests()).allMatch(r -> r.line().equals(count));

    terminal = FakeTerminal.person("y\n");
    assertThat(p3s("job", "cancel", "--jobtype", "t", "--site", "s")).isZero();
    assertThat(api.last().line()).isEqualTo("POST /jobs/cancel?jobtype=t&site=s");
    assertThat(terminal.err()).contains("cancelled 7 jobs");
  }

  @Test
  void with_yes_nobody_is_asked() {
    api.on("POST /jobs/adjust", 200, "{\"count\":7}");

    String[] all = {"--state", "defined", "--user", "ann", "--name", "n", "--wfuuid", "w"};
    String[] command = {"job", "adjust", "--priority", "3", "--yes"};
    assertThat(p3s(Stream.of(command, all).flatMap(Stream::of).toArray(String[]::new))).isZero();

    assertThat(api.last().line())
        .isEqualTo("POST /jobs/adjust?priority=3&user=ann&state=defined&wfuuid=w&name=n");
    assertThat(terminal.err()).contains("adjusted 7 jobs");
  }

  @Test
  void uuids_and_selectors_combine_and_many_uuids_go_in_several_calls() {
    api.on("POST /jobs/cancel", 200, "{\"count\":1}");

    assertThat(p3s("job", "cancel", "a", "b", "--state", "running", "--yes")).isZero();
    assertThat(api.last().line()).isEqualTo("POST /jobs/cancel?state=running&uuid=a&uuid=b");

    String[] many = new String[62];
    java.util.Arrays.fill(many, "u");
    many[0] = "job";
    many[1] = "cancel";
    assertThat(p3s(many)).isEqualTo(1);
    assertThat(api.last().line())
        .isEqualTo("POST /jobs/cancel?" + "&uuid=u".repeat(10).substring(1));
    assertThat(terminal.err()).contains("cancelled 2 of 60 jobs");
  }

  @Test
  void one_job_by_its_uuid_is_refused_with_the_reason() {
    assertThat(p3s("job", "cancel", "a")).isEqualTo(1);
    assertThat(api.last().line()).isEqualTo("DELETE /jobs/a");
    assertThat(terminal.err()).contains("There is no such thing");
  }

  @Test
  void a_workflow_that_has_ended_meanwhile_does_not_save_the_others() {
    api.on("GET /workflows", 200, "{\"items\":[{\"uuid\":\"a\"},{\"uuid\":\"b\"}]}")
        .on("DELETE /workflows/a", 409, "{\"title\":\"Not now\",\"detail\":\"It is finished.\"}")
        .on("DELETE /workflows/b", 202, "{}");

    assertThat(p3s("workflow", "cancel", "--dag", "tpc", "--yes")).isZero();
    assertThat(api.last().line()).isEqualTo("DELETE /workflows/b");
    assertThat(terminal.err()).contains("cancelled 1 workflows; 1 had ended already");

    assertThat(p3s("workflow", "cancel", "a", "b")).isEqualTo(1);
    assertThat(api.last().line()).isEqualTo("DELETE /workflows/b");
    assertThat(terminal.err()).contains("It is finished.");
  }

  @Test
  void pilots_are_chosen_by_uuids_and_selectors_together() {
    api.on("POST /pilots/kill", 200, "{\"count\":2}");

    assertThat(p3s("pilot", "kill", "a", "b")).isZero();
    assertThat(api.last().line()).isEqualTo("POST /pilots/kill?uuid=a&uuid=b");
    assertThat(p3s("pilot", "kill", "a", "--site", "s", "--host", "h", "--yes")).isZero();
    assertThat(api.last().line()).isEqualTo("POST /pilots/kill?site=s&host=h&uuid=a");
    assertThat(p3s("pilot", "kill")).isEqualTo(2);
    assertThat(p3s("pilot", "kill", "--site", "s")).isEqualTo(2);
    assertThat(terminal.err()).contains("kill 2 pilots?");
  }
}

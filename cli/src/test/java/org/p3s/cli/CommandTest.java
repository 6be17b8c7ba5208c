package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {

  private static final String JOB =
      """
      {"uuid":"j1","name":"sleep","jobtype":"t","state":"%s","outcome":%s,"errcode":%s,
       "reason":%s,"priority":3,"ts_def":"2026-01-31T12:00:00.000Z"}\
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
  void jobs_are_listed_as_a_table_with_the_filters_of_the_page() {
    api.on("GET /jobs", 200, "{\"items\":[" + job("running", "null") + "],\"next\":\"abc\"}");

    assertThat(p3s("job", "ls", "--state", "running", "--limit", "1", "--name", "a b")).isZero();

    assertThat(api.last().line()).isEqualTo("GET /jobs?state=running&name=a%20b&limit=1");
    assertThat(api.last().authorization()).isEqualTo("Bearer secret");
    assertThat(terminal.lines().get(0)).startsWith("UUID  NAME   TYPE  STATE");
    assertThat(terminal.lines().get(1))
        .startsWith("j1    sleep  t     running")
        .contains("2026-01-31 12:00:00");
    assertThat(terminal.err()).contains("--after abc");
  }

  @Test
  void json_yaml_and_names_are_for_programs() {
    api.on("GET /jobs", 200, "{\"items\":[" + job("running", "null") + "],\"next\":null}");

    assertThat(p3s("job", "ls", "-o", "name")).isZero();
    assertThat(p3s("job", "ls", "-o", "yaml")).isZero();
    assertThat(p3s("job", "ls", "-o", "json")).isZero();

    assertThat(terminal.out())
        .startsWith("j1\n")
        .contains("items:\n- uuid: j1\n")
        .contains("\"ts_def\" : \"2026-01-31T12:00:00.000Z\"");
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void a_refusal_is_one_line_with_the_place_and_exit_1() throws IOException {
    api.on(
        "POST /jobs",
        422,
        """
        {"title":"The request has wrong values","detail":"/0/priority: is a number",
         "errors":[{"pointer":"/0/priority","line":null,"detail":"is a number"},
                   {"pointer":"/1/payload","line":null,"detail":"is missing"}]}\
        """);

    assertThat(p3s("job", "submit", file("jobs.json", "[]").toString())).isEqualTo(1);

    assertThat(terminal.err())
        .isEqualTo(
            "p3s: The request has wrong values: /0/priority: is a number (/1/payload: is"
                + " missing)\n");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void the_line_of_a_malformed_file_is_named() throws IOException {
    api.on(
        "POST /dags",
        400,
        """
        {"title":"The body is not well-formed XML","detail":"an element\\nis not closed",
         "errors":[{"pointer":null,"line":7,"detail":"an element\\nis not closed"}]}\
        """);

    assertThat(p3s("dag", "add", file("tpc.graphml", "<graphml>").toString())).isEqualTo(1);

    assertThat(terminal.err())
        .isEqualTo("p3s: The body is not well-formed XML: an element is not closed (line 7)\n");
  }

  @Test
  void what_does_not_listen_is_not_reachable_and_exit_3() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    Map<String, String> env =
        Map.of("P3S_DATA", dir.toString(), "P3S_PORT_OFFSET", Integer.toString(port - 8081));

    assertThat(Main.run(env, terminal.terminal, "dag", "ls")).isEqualTo(3);

    assertThat(terminal.err())
        .isEqualTo(
            "p3s: cannot reach the workflow service at http://127.0.0.1:"
                + port
                + ": is the system up? Start it with ./p3s up\n");
  }

  @Test
  void the_tokens_of_this_machine_are_used_unasked() throws IOException {
    Files.createDirectories(dir.resolve("secrets"));
    file("secrets/operator.token", "op\n");
    file("secrets/admin.token", "ad\n");
    Map<String, String> env =
        Map.of("P3S_DATA", dir.toString(), "P3S_PORT_OFFSET", Integer.toString(api.port() - 8081));
    api.on("GET /dags", 200, "{\"items\":[]}").on("DELETE /datatypes/TXT", 204, "");

    assertThat(Main.run(env, terminal.terminal, "dag", "ls")).isZero();
    assertThat(api.last().authorization()).isEqualTo("Bearer op");
    assertThat(Main.run(env, terminal.terminal, "datatype", "rm", "TXT")).isZero();
    assertThat(api.last().authorization()).isEqualTo("Bearer ad");
  }

  @Test
  void tokens_of_this_machine_never_go_elsewhere() throws IOException {
    Files.createDirectories(dir.resolve("secrets"));
    file("secrets/operator.token", "op\n");
    Map<String, String> env = new HashMap<>(api.env());
    env.remove("P3S_TOKEN");
    env.put("P3S_DATA", dir.toString());

    assertThat(Main.run(env, terminal.terminal, "summary")).isEqualTo(2);
    assertThat(terminal.err()).contains("P3S_TOKEN");
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "dag",
        "dag add",
        "job ls --no-such-option",
        "job ls -o xml",
        "job cancel",
        "job adjust j1",
        "workflow start tpc --state template --wait",
        "demo --files 1",
        "jobtype limit t",
        "jobtype limit t --backlog 5 --drop random",
        "jobtype limit t --running many"
      })
  void wrong_usage_is_one_line_and_exit_2(String line) {
    assertThat(p3s(line.split(" "))).isEqualTo(2);
    assertThat(terminal.err()).startsWith("p3s: ");
    assertThat(terminal.err().lines()).hasSize(1);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void the_help_lists_all_verbs_and_each_has_examples() {
    assertThat(p3s("--help")).isZero();
    for (String verb :
        "up down status demo dag workflow job jobtype pilot site watch file datatype data service dqm summary whoami completion"
            .split(" ")) {
      assertThat(terminal.out()).containsPattern("(?m)^  " + verb + " ");
    }
    assertThat(p3s("dag", "add", "--help")).isZero();
    assertThat(terminal.out()).contains("Examples:", "p3s dag add 1filter.graphml");
  }

  @Test
  void the_log_goes_to_stdout_as_it_is() {
    api.on("GET /jobs/j1/log", 200, "{\"stdout\":\"one\\ntwo\",\"stderr\":\"oh\\n\"}");

    assertThat(p3s("job", "log", "j1")).isZero();
    assertThat(p3s("job", "log", "j1", "--stderr")).isZero();

    assertThat(terminal.out()).isEqualTo("one\ntwooh\n");
  }

  @Test
  void a_log_is_followed_to_the_end_of_its_job_and_says_how_it_ended() {
    api.on("GET /jobs/j1", 200, job("running", "null"), job("finished", "\"failure\""));
    api.on(
        "GET /jobs/j1/log",
        200,
        """
        event:state
        data:{"state":"running","attempt":1}

        event:stdout
        data:{"left_out":0,"text":"one\\n"}

        event:stderr
        data:{"left_out":7,"text":"oh\\n"}

        event:end
        data:{"attempt":1,"state":"finished","errcode":3}

        """);

    assertThat(p3s("job", "log", "-f", "j1")).isEqualTo(1);

    assertThat(terminal.out()).isEqualTo("one\n");
    assertThat(terminal.err()).startsWith("(7 bytes are left out here)\noh\n").contains("failed");
  }

  @Test
  void a_job_that_nobody_knows_is_not_followed() {
    assertThat(p3s("job", "log", "-f", "j1")).isEqualTo(1);
    assertThat(p3s("job", "log", "-f", "j1", "--attempt", "1")).isEqualTo(2);
  }

  @Test
  void a_workflow_is_drawn_with_its_failure() {
    api.on(
        "GET /workflows/w1",
        200,
        """
        {"uuid":"w1","name":"one","dag":"tpc","state":"failed","outcome":"failure","nvertices":3,
         "ndone":1,"reason":"job b failed",
         "jobs":[{"uuid":"j1","node":"a","state":"finished","outcome":"success"},
                 {"uuid":"j2","node":"b","state":"finished","outcome":"failure","errcode":2,
                  "ts_sta":"2026-01-31T12:00:00.000Z","ts_sto":"2026-01-31T12:00:01.500Z"},
                 {"uuid":"j3","node":"c","state":"cancelled","outcome":"failure"}],
         "data":[{"path":"/d/x","source":"a","target":"b","state":"ready","datatype":"TXT"},
                 {"path":"/d/y","source":"b","target":"c","state":"missing","datatype":"TXT"}]}\
        """);

    assertThat(p3s("workflow", "show", "w1")).isZero();

    assertThat(terminal.lines())
        .startsWith(
            "workflow w1 one of tpc: failed, 1 of 3 jobs done",
            "reason: job b failed",
            "",
            "  a  finished",
            "    ↓",
            "  b  failed     1.50 s  ← a",
            "    ↓",
            "  c  cancelled          ← b",
            "",
            "b: finished, error code 2",
            "  its log: p3s job log j2 --stderr");
    assertThat(terminal.out()).contains("missing");
  }

  @Test
  void the_summary_is_text_for_people() {
    api.on(
        "GET /summary",
        200,
        """
        {"jobs":{"defined":3,"running":0,"finished":10},"workflows":{},"pilots":{"no-jobs":2},
         "files":{},"windows":[{"seconds":60,"finished":4,"failed":1},
         {"seconds":7200,"finished":9,"failed":1}],
         "backlog":{"waiting":3,"oldest_s":1.25},"dead_letters":0}\
        """);

    assertThat(p3s("summary")).isZero();

    assertThat(terminal.lines())
        .containsExactly(
            "jobs        3 defined, 10 finished",
            "workflows   none",
            "pilots      2 no-jobs",
            "files       none",
            "backlog     3 waiting, the oldest for 1.3 s",
            "last 1 min  4 finished, 1 failed",
            "last 2 h    9 finished, 1 failed");
  }

  @Test
  void a_completion_script_knows_all_verbs() {
    assertThat(p3s("completion")).isZero();
    assertThat(terminal.out()).contains("jobtype", "--replace", "complete -F");
  }

  @Test
  void a_limit_can_be_lifted() {
    api.on("PUT /jobtypes/t", 200, "{\"name\":\"t\"}");

    assertThat(p3s("jobtype", "limit", "t", "--running", "none")).isZero();

    assertThat(api.last().body()).isEqualTo("{\"limit_running\":null}");
  }

  @Test
  void an_explanation_says_place_and_expected_start_or_why_there_is_none() {
    String wait =
        """
        {"job":"j1","state":"defined","rules":[{"rule":"pilot-waits","passes":false,"why":"None."}],
         "place":%s,"place_more_than":%s,"expected_start":%s,"expected_start_reason":%s}
        """;
    api.on(
        "GET /jobs/j1/explain",
        200,
        wait.formatted("3", "null", "\"2026-01-31T12:00:00.000Z\"", "null"));
    assertThat(p3s("job", "explain", "j1")).isZero();
    assertThat(terminal.out())
        .contains("NO   pilot-waits: None.", "place in the queue: 3", "expected start: 2026-01-31");

    api.on("GET /jobs/j1/explain", 200, wait.formatted("null", "10000", "null", "\"Paused.\""));
    assertThat(p3s("job", "explain", "j1")).isZero();
    assertThat(terminal.out())
        .contains("behind more than 10000", "expected start: unknown. Paused.");
  }

  @Test
  void a_job_that_the_broker_does_not_have_is_explained_by_its_workflow() {
    api.on("GET /jobs/j1", 200, "{\"uuid\":\"j1\",\"state\":\"template\",\"wfuuid\":\"w1\"}");
    assertThat(p3s("job", "explain", "j1")).isZero();
    assertThat(terminal.out())
        .contains(
            "job j1 is template", "NO   at-the-broker: It waits for its parents in workflow w1.");
    assertThat(p3s("job", "explain", "j2")).isEqualTo(1);
  }

  @Test
  void a_backlog_limit_is_sent_with_its_rule_and_listed() {
    String limited =
        """
        {"name":"t","running":1,"waiting":2,"limit_running":null,"limit_backlog":100,"drop":"sample"}
        """;
    api.on("PUT /jobtypes/t", 200, limited);
    api.on("GET /jobtypes", 200, "{\"items\":[" + limited + "],\"next\":null}");

    assertThat(p3s("jobtype", "limit", "t", "--backlog", "100", "--drop", "sample")).isZero();
    assertThat(api.last().body()).isEqualTo("{\"limit_backlog\":100,\"drop\":\"sample\"}");
    assertThat(p3s("jobtype", "limit", "t", "--backlog", "none")).isZero();
    assertThat(api.last().body()).isEqualTo("{\"limit_backlog\":null}");
    assertThat(p3s("jobtype", "ls")).isZero();
    assertThat(terminal.out())
        .containsPattern("BACKLOG LIMIT +DROP")
        .containsPattern("100 +sample");
  }
}

package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows that are previewed and done again, and where files came from. */
class WorkflowCommandTest {

  private static final String PLANNED =
      """
      {"uuid":"w2","name":"tpc 7","dag":"tpc","dag_version":3,"nvertices":2,"ndone":1,
       "state":"running","outcome":null,"rerun_of":"w1","reason":null,
       "jobs":[
        {"uuid":"j1","node":"a","name":"a","jobtype":"t","payload":"run a","state":"finished",
         "outcome":"success","reason":"taken over from it","rerun_of":"j0","priority":0,
         "timelimit":10,"maxattempts":1,"attempt":1,"env":{}},
        {"uuid":"j2","node":"b","name":"b","jobtype":"t","payload":"run b","state":"running",
         "outcome":null,"priority":2,"timelimit":10,"maxattempts":3,"attempt":2,
         "env":{"IN":"/d/x"}}],
       "data":[{"uuid":"d1","source":"a","target":"b","path":"/d/x","state":"ready"}]}\
      """;

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

  @Test
  void a_preview_shows_jobs_environment_and_paths() {
    api.on("POST /workflows", 200, PLANNED);

    assertThat(p3s("workflow", "start", "tpc", "--dry-run", "--run", "7", "--files", "sticky"))
        .isZero();

    assertThat(api.last().line()).isEqualTo("POST /workflows?dry_run=true");
    assertThat(api.last().body()).isEqualTo("{\"dag\":\"tpc\",\"files\":\"sticky\",\"run\":7}");
    assertThat(terminal.out())
        .contains("would make: tpc 7 of tpc version 3, 2 jobs")
        .contains("a, job type t, priority 0, time limit 10 s (taken over)")
        .contains("  $ run b\n  IN=/d/x\n")
        .contains("  a:b  /d/x  (ready)");
  }

  @Test
  void a_rerun_says_what_is_to_be_done() {
    api.on("POST /workflows/w1/rerun", 201, PLANNED);

    assertThat(p3s("workflow", "rerun", "w1", "--from", "b")).isZero();
    assertThat(api.last().body()).isEqualTo("{\"from\":\"b\"}");
    assertThat(p3s("workflow", "rerun", "w1", "--failed", "-o", "name")).isZero();
    assertThat(api.last().body()).isEqualTo("{\"failed\":true}");
    assertThat(terminal.out()).endsWith("w2\n");
  }

  @Test
  void a_template_is_started_and_waited_for() {
    api.on("PATCH /workflows/w2", 200, PLANNED);
    api.on(
        "GET /workflows/w2",
        200,
        PLANNED.replace("\"outcome\":null,\"rerun", "\"outcome\":\"success\",\"rerun"));

    assertThat(p3s("workflow", "activate", "w2", "-o", "name")).isZero();
    assertThat(api.last().line()).isEqualTo("PATCH /workflows/w2");
    assertThat(api.last().body()).isEqualTo("{\"state\":\"defined\"}");
    assertThat(p3s("workflow", "activate", "w2", "--wait", "-o", "name")).isZero();
    assertThat(api.last().line()).isEqualTo("GET /workflows/w2");
    assertThat(terminal.out()).isEqualTo("w2\nw2\n");
  }

  @Test
  void jobs_that_rest_are_asked_of_the_service_that_knows_them_and_started() {
    String job = "{\"uuid\":\"j1\",\"state\":\"defined\"}";
    api.on("GET /jobs", 200, "{\"items\":[" + job + "],\"next\":null}");
    api.on("PATCH /jobs/j1", 200, job);
    api.on("POST /jobs/activate", 200, "{\"count\":1}");

    Map<String, String> noMonitor = new HashMap<>(api.env());
    noMonitor.put("P3S_SERVER", "http://127.0.0.1:1");
    String[] resting = {"job", "ls", "--state", "template", "--name", "n", "-o", "name"};
    assertThat(Main.run(noMonitor, terminal.terminal, resting)).isZero();
    assertThat(api.last().line()).startsWith("GET /jobs?state=template&name=n");
    assertThat(p3s("job", "activate", "j1", "-o", "name")).isZero();
    assertThat(api.last().body()).isEqualTo("{\"state\":\"defined\"}");
    assertThat(terminal.out()).isEqualTo("j1\nj1\n");
    assertThat(p3s("job", "activate", "--jobtype", "t")).isEqualTo(2);
    assertThat(p3s("job", "activate", "--jobtype", "t", "--yes")).isZero();
    assertThat(api.last().line()).isEqualTo("POST /jobs/activate?jobtype=t");
    assertThat(p3s("job", "activate", "j1", "j2")).isEqualTo(1);
    assertThat(terminal.err()).contains("started 1 of 2 jobs");
    assertThat(p3s("job", "activate")).isEqualTo(2);
  }

  @Test
  void the_picture_tells_reruns_attempts_and_what_was_taken_over() {
    api.on("GET /workflows/w2", 200, PLANNED);

    assertThat(p3s("workflow", "show", "w2")).isZero();

    assertThat(terminal.out()).contains("rerun of: w1").contains("taken over");
    assertThat(terminal.out()).containsPattern("b +running +attempt 2 of 3 +(←|<-) a");
  }

  @Test
  void texts_of_others_steer_no_terminal(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("n.graphml"), "<graphml/>");
    String bad = "x\\u001b[2J\\u009b1m\\ny";
    String workflow =
        """
        {"uuid":"w","name":"BAD","dag":"BAD","dag_version":1,"nvertices":1,"ndone":0,
         "state":"failed","outcome":"failure","reason":"BAD",
         "jobs":[{"uuid":"j","node":"BAD","jobtype":"BAD","payload":"BAD","state":"finished",
          "outcome":"failure","reason":"BAD","env":{"BAD":"BAD"}}],
         "data":[{"uuid":"d","source":"BAD","target":"BAD","path":"BAD","state":"BAD"}]}\
        """
            .replace("BAD", bad);
    String step =
        "{\"data\":{\"path\":\"BAD\",\"state\":\"BAD\",\"checksum\":\"BAD\"},\"made_by\":"
            + "{\"node\":\"BAD\",\"dag\":\"BAD\",\"state\":\"BAD\",\"host\":\"BAD\",\"uuid\":\"BAD\"}}";
    api.on("GET /workflows/w", 200, workflow);
    api.on("POST /workflows", 200, workflow);
    api.on("GET /datasets/d/lineage", 200, ("{\"file\":" + step + "}").replace("BAD", bad));
    api.on("GET /datasets", 200, "{\"items\":[{\"uuid\":\"d\"}],\"next\":null}");
    api.on("DELETE /workflows/w", 422, "{\"title\":\"t\",\"detail\":\"BAD\"}".replace("BAD", bad));

    String explained =
        "{\"state\":\"defined\",\"rules\":[{\"rule\":\"r\",\"passes\":false,\"why\":\"BAD\"}],"
            + "\"expected_start_reason\":\"BAD\"}";
    api.on("GET /jobs/j/explain", 200, explained.replace("BAD", bad));
    String loaded = "{\"name\":\"n\",\"version\":1,\"warnings\":[\"BAD\"]}";
    api.on("POST /dags", 201, loaded.replace("BAD", bad));
    api.on("POST /workflows/w/rerun", 201, workflow);

    assertThat(p3s("workflow", "show", "w")).isZero();
    assertThat(p3s("workflow", "start", "tpc", "--dry-run")).isZero();
    assertThat(p3s("data", "show", "/o", "--lineage")).isZero();
    assertThat(p3s("job", "explain", "j")).isZero();
    assertThat(p3s("dag", "add", file.toString())).isZero();
    assertThat(p3s("workflow", "rerun", "w", "--wait")).isEqualTo(1);
    assertThat(p3s("workflow", "cancel", "w", "--yes")).isEqualTo(1);

    assertThat(terminal.out() + terminal.err())
        .contains("x [2J 1m y: finished, x [2J 1m y", "  x [2J 1m y=x [2J 1m y", "t: x [2J 1m y")
        .doesNotContain("\u001b", "\u009b", "\ny");
  }

  @Test
  void marks_are_set_listed_and_taken_away() {
    api.on("PATCH /workflows/w1", 200, PLANNED);
    api.on("GET /workflows", 200, "{\"items\":[],\"next\":null}");

    assertThat(p3s("workflow", "mark", "w1")).isZero();
    assertThat(api.last().body()).isEqualTo("{\"reprocess\":true}");
    assertThat(p3s("workflow", "mark", "w1", "--off")).isZero();
    assertThat(api.last().body()).isEqualTo("{\"reprocess\":false}");
    assertThat(p3s("workflow", "ls", "--reprocess")).isZero();
    assertThat(api.last().line()).startsWith("GET /workflows?reprocess=true");
  }

  @Test
  void a_file_is_found_by_its_path_and_tells_its_lineage() {
    String job =
        "{\"uuid\":\"j\",\"node\":\"%s\",\"dag\":\"tpc\",\"dag_version\":1,\"state\":\"finished\","
            + "\"host\":\"h1\"}";
    String step =
        "{\"distance\":0,\"data\":{\"path\":\"%s\",\"state\":\"ready\",\"size\":5},\"made_by\":%s,"
            + "\"read_by\":[%s]}";
    api.on("GET /datasets", 200, "{\"items\":[{\"uuid\":\"d9\"}],\"next\":null}");
    api.on(
        "GET /datasets/d9/lineage",
        200,
        "{\"file\":%s,\"up\":[%s],\"down\":[%s]}"
            .formatted(
                step.formatted("/o/b", job.formatted("b"), job.formatted("c")),
                step.formatted("/o/a", "null", job.formatted("b")),
                step.formatted("/o/c", job.formatted("c"), "")));

    assertThat(p3s("data", "show", "/o/b", "--lineage")).isZero();

    assertThat(terminal.out())
        .isEqualTo(
            """
            made of:
              /o/a  ready, 5 bytes
                from outside
                read by b of tpc version 1: finished at h1, job j
            /o/b  ready, 5 bytes
              made by b of tpc version 1: finished at h1, job j
              read by c of tpc version 1: finished at h1, job j
            became:
              /o/c  ready, 5 bytes
                made by c of tpc version 1: finished at h1, job j
            """);
    api.on("GET /datasets", 200, "{\"items\":[],\"next\":null}");
    assertThat(p3s("data", "show", "/o/none")).isEqualTo(1);
    assertThat(terminal.err()).contains("no dataset has the path /o/none");
  }
}

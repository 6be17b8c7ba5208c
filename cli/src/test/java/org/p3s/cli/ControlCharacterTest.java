package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Texts of users and payloads can not control the terminal. */
class ControlCharacterTest extends CommandFixture {

  @Test
  void control_characters_in_answers_are_not_printed() throws IOException {
    Path file = file("n.graphml", "<graphml/>");
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
    api.answer("GET /workflows/w", 200, workflow);
    api.answer("POST /workflows", 200, workflow);
    api.answer("GET /datasets/d/lineage", 200, ("{\"file\":" + step + "}").replace("BAD", bad));
    api.answer("GET /datasets", 200, "{\"items\":[{\"uuid\":\"d\"}],\"next\":null}");
    api.answer(
        "DELETE /workflows/w", 422, "{\"title\":\"t\",\"detail\":\"BAD\"}".replace("BAD", bad));

    String explained =
        "{\"state\":\"defined\",\"rules\":[{\"rule\":\"r\",\"passes\":false,\"why\":\"BAD\"}],"
            + "\"expected_start_reason\":\"BAD\"}";
    api.answer("GET /jobs/j/explain", 200, explained.replace("BAD", bad));
    String loaded = "{\"name\":\"n\",\"version\":1,\"warnings\":[\"BAD\"]}";
    api.answer("POST /dags", 201, loaded.replace("BAD", bad));
    api.answer("POST /workflows/w/rerun", 201, workflow);

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
}

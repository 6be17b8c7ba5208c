package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The verb data show. */
class DataCommandTest extends CommandFixture {

  @Test
  void the_lineage_of_a_dataset_is_found_by_its_path() {
    String job =
        "{\"uuid\":\"j\",\"node\":\"%s\",\"dag\":\"tpc\",\"dag_version\":1,\"state\":\"finished\","
            + "\"host\":\"h1\"}";
    String step =
        "{\"distance\":0,\"data\":{\"path\":\"%s\",\"state\":\"ready\",\"size\":5},\"made_by\":%s,"
            + "\"read_by\":[%s]}";
    api.answer("GET /datasets", 200, "{\"items\":[{\"uuid\":\"d9\"}],\"next\":null}");
    api.answer(
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
    api.answer("GET /datasets", 200, "{\"items\":[],\"next\":null}");
    assertThat(p3s("data", "show", "/o/none")).isEqualTo(1);
    assertThat(terminal.err()).contains("no dataset has the path /o/none");
  }
}

package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a user reads when a service refuses a request or an input file is wrong. */
class ErrorMessageTest extends CommandFixture {

  @Test
  void a_refused_request_is_one_line_with_all_errors_and_exit_code_1() throws IOException {
    api.answer(
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
  void the_line_of_an_error_in_a_file_is_reported() throws IOException {
    api.answer(
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
  void text_after_the_json_document_and_duplicate_keys_are_errors() throws IOException {
    Path two = file("two.json", "[{\"payload\":\"a\"}]\n[{\"payload\":\"b\"}]");
    assertThat(p3s("job", "submit", two.toString(), "-N", "2")).isEqualTo(1);
    assertThat(terminal.err()).contains("there is more after the end of the JSON (line 2)");

    Path twice = file("twice.json", "{\"a:b\":{\"name\":\"x\"},\n\"a:b\":{\"name\":\"y\"}}");
    assertThat(p3s("workflow", "start", "tpc", "--files", twice.toString())).isEqualTo(1);
    assertThat(terminal.err()).contains("one object has twice the key 'a:b' (line 2)");
    assertThat(api.requests()).isEmpty();
  }
}

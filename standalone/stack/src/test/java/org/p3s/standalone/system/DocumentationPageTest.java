package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner of documentation pages accepts a page that works and rejects one that does not. */
class DocumentationPageTest {

  @TempDir Path dir;

  private DocumentationPage page(String text) throws Exception {
    return DocumentationPage.of(
        Files.writeString(dir.resolve("page.md"), text.replace("~~~", "```")));
  }

  @Test
  void a_page_passes_if_its_output_is_as_shown_and_its_blocks_share_a_shell() throws Exception {
    DocumentationPage page =
        page(
            """
            # Title
            ~~~sh
            A=7
            ~~~
            some text
            ~~~sh
            echo "one $A"; echo two
            ~~~
            ~~~text
            o...7
            two
            ~~~
            ~~~json
            {"not": "run"}
            ~~~
            """);
    assertThat(page.size()).isEqualTo(2);
    page.run(dir, Map.of());
  }

  @Test
  void a_page_fails_on_other_output_other_order_and_a_failing_command() throws Exception {
    for (String wrong :
        new String[] {
          "~~~sh\necho one\n~~~\n~~~text\ntwo\n~~~\n",
          "~~~sh\necho one; echo two\n~~~\n~~~text\ntwo\none\n~~~\n",
          "~~~sh\necho one\n~~~\n~~~sh\nfalse\n~~~\n",
          "~~~sh\necho $NOT_SET\n~~~\n"
        }) {
      assertThatThrownBy(() -> page(wrong).run(dir, Map.of()))
          .as(wrong)
          .isInstanceOf(AssertionError.class);
    }
  }
}

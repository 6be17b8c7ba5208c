package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader of documentation pages can tell a page that works from one that does not. */
class PageTest {

  @TempDir Path dir;

  private Page page(String text) throws Exception {
    return Page.of(Files.writeString(dir.resolve("page.md"), text.replace("~~~", "```")));
  }

  @Test
  void a_page_that_prints_what_it_says_passes_and_its_blocks_share_a_shell() throws Exception {
    Page page =
        page(
            """
            # Title
            ~~~sh
            A=7
            ~~~
            some words
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
  void other_output_other_order_and_a_failing_command_are_seen() throws Exception {
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

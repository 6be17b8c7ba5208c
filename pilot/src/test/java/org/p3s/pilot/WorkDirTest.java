package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirTest {

  @TempDir Path here;

  @Test
  void a_directory_that_was_asked_for_belongs_to_one_pilot() throws Exception {
    Path asked = here.resolve("a/b");
    WorkDir first = WorkDir.take(asked, here);
    assertThat(first.path()).isEqualTo(asked).isDirectory();
    assertThatThrownBy(() -> WorkDir.take(asked, here))
        .isInstanceOf(WorkDir.Taken.class)
        .hasMessageContainingAll("another pilot", asked.toString(), "--work")
        .message()
        .doesNotContain("\n");
    first.leave();
    WorkDir.take(asked, here).leave();
  }

  @Test
  void pilots_side_by_side_get_one_each_and_the_next_one_what_is_free() throws Exception {
    WorkDir first = WorkDir.take(null, here);
    WorkDir second = WorkDir.take(null, here);
    assertThat(first.path()).isEqualTo(here.resolve("p3s-work"));
    assertThat(second.path()).isEqualTo(here.resolve("p3s-work.2"));
    first.leave();
    WorkDir third = WorkDir.take(null, here);
    assertThat(third.path()).isEqualTo(first.path());
    second.leave();
    third.leave();
  }
}

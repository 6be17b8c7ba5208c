package org.p3s.pilot.workdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {

  @TempDir Path here;

  @Test
  void a_directory_that_was_asked_for_belongs_to_one_pilot() throws Exception {
    Path asked = here.resolve("a/b");
    WorkDirectory first = WorkDirectory.lock(asked, here);
    assertThat(first.path()).isEqualTo(asked).isDirectory();
    assertThatThrownBy(() -> WorkDirectory.lock(asked, here))
        .isInstanceOf(WorkDirectory.InUseException.class)
        .hasMessageContainingAll("another pilot", asked.toString(), "--work")
        .message()
        .doesNotContain("\n");
    first.release();
    WorkDirectory.lock(asked, here).release();
  }

  @Test
  void pilots_side_by_side_get_one_each_and_the_next_one_what_is_free() throws Exception {
    WorkDirectory first = WorkDirectory.lock(null, here);
    WorkDirectory second = WorkDirectory.lock(null, here);
    assertThat(first.path()).isEqualTo(here.resolve("p3s-work"));
    assertThat(second.path()).isEqualTo(here.resolve("p3s-work.2"));
    first.release();
    WorkDirectory third = WorkDirectory.lock(null, here);
    assertThat(third.path()).isEqualTo(first.path());
    second.release();
    third.release();
  }
}

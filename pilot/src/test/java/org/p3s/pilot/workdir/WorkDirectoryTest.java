package org.p3s.pilot.workdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {

  @TempDir Path here;

  @Test
  void a_given_directory_can_be_used_by_one_pilot_only() throws Exception {
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
  void without_a_given_directory_each_pilot_gets_the_first_free_one() throws Exception {
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

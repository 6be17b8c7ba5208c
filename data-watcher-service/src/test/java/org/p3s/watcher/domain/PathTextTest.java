package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathTextTest {

  @Test
  void a_path_has_a_directory_and_a_name() {
    assertThat(PathText.directory("/data/run1/a.raw")).isEqualTo("/data/run1");
    assertThat(PathText.fileName("/data/run1/a.raw")).isEqualTo("a.raw");
    assertThat(PathText.directory("/a.raw")).isEqualTo("/");
    assertThat(PathText.fileName("/a.raw")).isEqualTo("a.raw");
  }

  @Test
  void a_directory_contains_itself_and_what_is_below_it() {
    assertThat(PathText.isWithin("/data", "/data")).isTrue();
    assertThat(PathText.isWithin("/data/run1", "/data")).isTrue();
    assertThat(PathText.isWithin("/data/run1", "/")).isTrue();
    assertThat(PathText.isWithin("/database", "/data")).isFalse();
    assertThat(PathText.isWithin("/", "/data")).isFalse();
  }
}

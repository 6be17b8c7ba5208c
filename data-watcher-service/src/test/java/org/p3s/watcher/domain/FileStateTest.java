package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FileStateTest {

  @ParameterizedTest
  @CsvSource({
    "SEEN, ARRIVED SKIPPED",
    "ARRIVED, PROCESSED FAILED",
    "FAILED, PROCESSED",
    "PROCESSED, ''",
    "SKIPPED, ''"
  })
  void only_these_states_may_follow(FileState state, String successors) {
    assertThat(state.successors().stream().map(FileState::name))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(successors.split(" ", -1)).filter(name -> !name.isEmpty()).toList());
  }

  @ParameterizedTest
  @EnumSource
  void a_state_is_found_by_its_text(FileState state) {
    assertThat(FileState.of(state.text())).contains(state);
  }

  @Test
  void other_texts_are_not_states() {
    assertThat(FileState.of("SEEN")).isEmpty();
    assertThat(FileState.of("lost")).isEmpty();
  }
}

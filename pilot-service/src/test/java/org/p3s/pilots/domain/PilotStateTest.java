package org.p3s.pilots.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PilotStateTest {

  @ParameterizedTest
  @EnumSource
  void only_ends_have_no_successor_and_nothing_becomes_active_again(PilotState state) {
    assertThat(state.isEnd()).isEqualTo(state == PilotState.STOPPED || state == PilotState.TIMEOUT);
    assertThat(state.successors()).doesNotContain(state, PilotState.ACTIVE);
    assertThat(PilotState.of(state.text())).contains(state);
  }

  @Test
  void the_database_knows_the_same_states() throws IOException {
    String sql = Files.readString(Path.of("src/main/resources/db/migration/V001__pilot_service.sql"));
    Matcher check = Pattern.compile("pilot_state\\s+CHECK \\(state IN \\(([^)]*)\\)").matcher(sql);
    assertThat(check.find()).isTrue();
    assertThat(check.group(1).replaceAll("['\\s]", "").split(","))
        .containsExactlyInAnyOrder(
            java.util.Arrays.stream(PilotState.values())
                .map(PilotState::text)
                .toArray(String[]::new));
  }
}

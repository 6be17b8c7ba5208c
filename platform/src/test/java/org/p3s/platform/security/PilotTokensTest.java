package org.p3s.platform.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PilotTokensTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;
  private PilotTokens tokens;

  @BeforeEach
  void key(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("signing.key"), "ab".repeat(32));
    tokens = new PilotTokens(dir, () -> now);
  }

  @Test
  void a_token_that_was_good_before_ends_when_its_time_comes() {
    UUID pilot = UUID.randomUUID();
    String token = tokens.issue(pilot, "local", Duration.ofMinutes(1)).token();
    assertThat(tokens.verify(token)).hasValueSatisfying(p -> assertThat(p.uuid()).isEqualTo(pilot));
    now = START.plusSeconds(59);
    assertThat(tokens.verify(token)).isPresent();
    now = START.plusSeconds(60);
    assertThat(tokens.verify(token)).isEmpty();
    assertThat(tokens.verify(token)).isEmpty();
  }

  @Test
  void a_token_with_another_signature_is_refused_though_its_original_is_known() {
    String token = tokens.issue(UUID.randomUUID(), "local", Duration.ofMinutes(1)).token();
    assertThat(tokens.verify(token)).isPresent();
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(43);
    assertThat(tokens.verify(forged)).isEmpty();
  }

  @Test
  void a_token_says_how_many_slots_its_pilot_has_and_an_older_one_says_nothing() {
    UUID pilot = UUID.randomUUID();
    String token = tokens.issue(pilot, "local", 3, Duration.ofMinutes(1)).token();
    assertThat(tokens.verify(token)).hasValueSatisfying(p -> assertThat(p.slots()).isEqualTo(3));
    String older = tokens.issue(pilot, "local", Duration.ofMinutes(1)).token();
    assertThat(tokens.verify(older)).hasValueSatisfying(p -> assertThat(p.slots()).isNull());
  }
}

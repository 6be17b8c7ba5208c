package org.p3s.pilotidentity;

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
  void write_the_signing_key(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("signing.key"), "ab".repeat(32));
    tokens = new PilotTokens(dir, () -> now);
  }

  @Test
  void a_token_that_was_verified_before_expires_in_time() {
    UUID pilot = UUID.randomUUID();
    String token = tokens.issue(pilot, "local", 1, Duration.ofMinutes(1)).token();
    assertThat(tokens.pilot(token)).hasValueSatisfying(p -> assertThat(p.uuid()).isEqualTo(pilot));
    now = START.plusSeconds(59);
    assertThat(tokens.pilot(token)).isPresent();
    now = START.plusSeconds(60);
    assertThat(tokens.pilot(token)).isEmpty();
    assertThat(tokens.pilot(token)).isEmpty();
  }

  @Test
  void a_token_with_a_forged_signature_is_refused_even_after_the_original_was_verified() {
    String token = tokens.issue(UUID.randomUUID(), "local", 1, Duration.ofMinutes(1)).token();
    assertThat(tokens.pilot(token)).isPresent();
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(43);
    assertThat(tokens.pilot(forged)).isEmpty();
  }

  @Test
  void a_token_carries_the_slots_of_its_pilot() {
    String token = tokens.issue(UUID.randomUUID(), "local", 3, Duration.ofMinutes(1)).token();
    assertThat(tokens.pilot(token)).hasValueSatisfying(p -> assertThat(p.slots()).isEqualTo(3));
    assertThat(tokens.verify(token))
        .hasValueSatisfying(who -> assertThat(PilotIdentity.slots(who)).isEqualTo(3));
  }
}

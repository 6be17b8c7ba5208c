package org.p3s.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {

  @Test
  void ids_of_later_times_sort_later() {
    UUID early = Ids.at(Instant.ofEpochMilli(1_000), -1, -1);
    UUID late = Ids.at(Instant.ofEpochMilli(1_001), 0, 0);
    assertThat(early.toString()).isLessThan(late.toString());
  }

  @Test
  void ids_are_of_version_7() {
    assertThat(Ids.next().version()).isEqualTo(7);
    assertThat(Ids.next().variant()).isEqualTo(2);
    assertThat(Ids.next()).isNotEqualTo(Ids.next());
  }
}

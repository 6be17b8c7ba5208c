package org.p3s.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {

  @Test
  void ids_sort_by_the_time_they_were_made_also_within_one_millisecond() {
    List<String> made = Stream.generate(Ids::next).limit(10_000).map(UUID::toString).toList();
    assertThat(made).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void an_id_is_a_uuid_of_version_7() {
    UUID id = Ids.next();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16)
        .isBetween(System.currentTimeMillis() - 10_000, System.currentTimeMillis());
  }
}

package org.p3s.broker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.Seat;

class KnownEmptyTest {

  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  private final KnownEmpty known = new KnownEmpty();

  @Test
  void at_first_nothing_is_known() {
    assertThat(known.isEmptyFor(seat("cern", NOON))).isFalse();
    assertThat(known.wasTold(seat("cern", NOON).key())).isFalse();
  }

  @Test
  void what_a_claim_did_not_find_for_one_seat_is_not_there_for_another_of_its_kind() {
    known.nothingFor(seat("cern", NOON), known.version());
    assertThat(known.isEmptyFor(seat("cern", NOON))).isTrue();
    assertThat(known.isEmptyFor(seat("fnal", NOON))).isFalse();
  }

  @Test
  void a_change_ends_it() {
    known.nothingFor(seat("cern", NOON), known.version());
    known.changed();
    assertThat(known.isEmptyFor(seat("cern", NOON))).isFalse();
  }

  @Test
  void a_change_during_a_claim_makes_its_finding_worthless() {
    long before = known.version();
    known.changed();
    known.nothingFor(seat("cern", NOON), before);
    assertThat(known.isEmptyFor(seat("cern", NOON))).isFalse();
  }

  @Test
  void a_seat_with_a_longer_life_is_asked_for_anew() {
    known.nothingFor(seat("cern", NOON), known.version());
    assertThat(known.isEmptyFor(seat("cern", NOON.plusSeconds(5)))).isTrue();
    assertThat(known.isEmptyFor(seat("cern", NOON.plusSeconds(60)))).isFalse();
    assertThat(known.isEmptyFor(seat("cern", null))).isFalse();
  }

  @Test
  void a_seat_without_an_end_speaks_for_all_lives() {
    known.nothingFor(seat("cern", null), known.version());
    assertThat(known.isEmptyFor(seat("cern", null))).isTrue();
    assertThat(known.isEmptyFor(seat("cern", NOON))).isTrue();
  }

  @Test
  void a_slot_that_was_told_need_not_ask_again_but_once_and_until_a_change() {
    Seat.Key first = seat("cern", NOON).key();
    Seat.Key second = seat("cern", NOON).key();
    known.told(first, known.version());
    known.told(second, known.version());
    assertThat(known.wasTold(first)).isTrue();
    assertThat(known.wasTold(first)).isFalse();
    known.changed();
    assertThat(known.wasTold(second)).isFalse();
  }

  private static Seat seat(String site, @Nullable Instant until) {
    return new Seat(UUID.randomUUID(), 0, UUID.randomUUID(), site, Map.of("os", "el9"), until);
  }
}

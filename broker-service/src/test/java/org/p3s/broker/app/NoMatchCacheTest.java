package org.p3s.broker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.SlotRequest;

class NoMatchCacheTest {

  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  private final NoMatchCache cache = new NoMatchCache();

  private static SlotRequest request(String site, @Nullable Instant pilotEndsAt) {
    return new SlotRequest(
        UUID.randomUUID(), 0, UUID.randomUUID(), site, Map.of("os", "el9"), pilotEndsAt);
  }

  @Test
  void at_first_nothing_is_known() {
    assertThat(cache.hasNoMatchFor(request("cern", NOON))).isFalse();
    assertThat(cache.takeInformed(request("cern", NOON).slotId())).isFalse();
  }

  @Test
  void if_a_claim_found_nothing_for_a_request_there_is_nothing_for_others_of_its_kind() {
    cache.noMatchFound(request("cern", NOON), cache.version());
    assertThat(cache.hasNoMatchFor(request("cern", NOON))).isTrue();
    assertThat(cache.hasNoMatchFor(request("fnal", NOON))).isFalse();
  }

  @Test
  void a_change_of_the_queue_clears_the_cache() {
    cache.noMatchFound(request("cern", NOON), cache.version());
    cache.clear();
    assertThat(cache.hasNoMatchFor(request("cern", NOON))).isFalse();
  }

  @Test
  void a_result_of_a_claim_that_began_before_a_change_is_not_kept() {
    long before = cache.version();
    cache.clear();
    cache.noMatchFound(request("cern", NOON), before);
    assertThat(cache.hasNoMatchFor(request("cern", NOON))).isFalse();
  }

  @Test
  void a_request_of_a_pilot_that_lives_longer_needs_a_claim() {
    cache.noMatchFound(request("cern", NOON), cache.version());
    assertThat(cache.hasNoMatchFor(request("cern", NOON.plusSeconds(5)))).isTrue();
    assertThat(cache.hasNoMatchFor(request("cern", NOON.plusSeconds(60)))).isFalse();
    assertThat(cache.hasNoMatchFor(request("cern", null))).isFalse();
  }

  @Test
  void a_pilot_without_an_end_stands_for_pilots_with_any_end() {
    cache.noMatchFound(request("cern", null), cache.version());
    assertThat(cache.hasNoMatchFor(request("cern", null))).isTrue();
    assertThat(cache.hasNoMatchFor(request("cern", NOON))).isTrue();
  }

  @Test
  void an_informed_slot_causes_no_claim_once_and_only_until_a_change() {
    SlotRequest.SlotId first = request("cern", NOON).slotId();
    SlotRequest.SlotId second = request("cern", NOON).slotId();
    cache.informed(first, cache.version());
    cache.informed(second, cache.version());
    assertThat(cache.takeInformed(first)).isTrue();
    assertThat(cache.takeInformed(first)).isFalse();
    cache.clear();
    assertThat(cache.takeInformed(second)).isFalse();
  }
}

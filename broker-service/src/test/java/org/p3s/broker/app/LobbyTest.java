package org.p3s.broker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.Lobby.Parked;
import org.p3s.broker.domain.Seat;

class LobbyTest {

  private final Lobby lobby = new Lobby();

  private static Parked parked(long pilot, String site) {
    return new Parked(
        new Seat(new UUID(0, pilot), 0, UUID.randomUUID(), site, Map.of(), null), answer -> {});
  }

  private Parked enter(long pilot, String site) {
    Parked parked = parked(pilot, site);
    lobby.enter(parked, false);
    return parked;
  }

  @Test
  void a_seat_is_in_one_claim_at_a_time() {
    Parked seat = enter(1, "a");
    assertThat(lobby.takeOfEachKind(10)).containsExactly(seat);
    assertThat(lobby.takeOfEachKind(10)).isEmpty();
    assertThat(lobby.takeUntried(10)).isEmpty();
  }

  @Test
  void of_each_kind_those_that_wait_longest_are_taken() {
    Parked first = enter(1, "a");
    enter(2, "a");
    Parked other = enter(3, "b");
    assertThat(lobby.takeOfEachKind(1)).containsExactly(first, other);
  }

  @Test
  void a_seat_that_a_claim_has_seen_is_not_tried_again_without_a_reason() {
    Parked seat = enter(1, "a");
    lobby.takeUntried(1);
    assertThat(lobby.putBack(seat, true)).isFalse();
    assertThat(lobby.takeUntried(1)).isEmpty();
    assertThat(lobby.takeOfEachKind(1)).containsExactly(seat);
  }

  @Test
  void a_seat_of_a_failed_claim_is_tried_again() {
    Parked seat = enter(1, "a");
    lobby.takeUntried(1);
    lobby.putBack(seat, false);
    assertThat(lobby.takeUntried(1)).containsExactly(seat);
  }

  @Test
  void a_closed_poll_is_in_no_claim() {
    Parked seat = enter(1, "a");
    lobby.leave(seat);
    assertThat(lobby.size()).isZero();
    assertThat(lobby.kinds()).isEmpty();
    assertThat(lobby.takeOfEachKind(1)).isEmpty();
  }

  @Test
  void what_was_claimed_for_a_poll_that_closed_meanwhile_is_not_served() {
    Parked seat = enter(1, "a");
    lobby.takeUntried(1);
    lobby.leave(seat);
    assertThat(lobby.served(seat)).isFalse();
    assertThat(lobby.succeeded(seat)).isFalse();
  }

  @Test
  void a_wait_that_is_over_during_a_claim_ends_with_the_claim() {
    Parked seat = enter(1, "a");
    lobby.takeUntried(1);
    assertThat(lobby.timeUp(seat)).isFalse();
    assertThat(lobby.putBack(seat, true)).isTrue();
    assertThat(lobby.size()).isZero();
  }

  @Test
  void a_newer_request_of_a_slot_takes_the_place_of_the_older() {
    Parked older = enter(1, "a");
    Parked newer = parked(1, "a");
    assertThat(lobby.enter(newer, false)).isSameAs(older);
    assertThat(lobby.size()).isEqualTo(1);
    assertThat(lobby.takeUntried(5)).containsExactly(newer);
  }

  @Test
  void what_was_claimed_for_the_older_request_goes_to_the_newer() {
    Parked older = enter(1, "a");
    lobby.takeUntried(1);
    Parked newer = parked(1, "a");
    lobby.enter(newer, false);
    lobby.takeUntried(1);
    lobby.putBack(newer, true);
    assertThat(lobby.served(older)).isFalse();
    assertThat(lobby.succeeded(older)).isTrue();
    assertThat(lobby.takeUntried(1)).isEqualTo(List.of(newer));
  }

  @Test
  void a_seat_in_a_claim_at_the_stop_is_told_when_the_claim_comes_back() {
    Lobby.Parked claimed = parked(1, "a");
    lobby.enter(claimed, false);
    assertThat(lobby.takeUntried(10)).containsExactly(claimed);
    Lobby.Parked idle = parked(2, "a");
    lobby.enter(idle, false);
    assertThat(lobby.empty()).containsExactly(idle);
    assertThat(lobby.putBack(claimed, true)).isTrue();
    assertThat(lobby.size()).isZero();
  }
}

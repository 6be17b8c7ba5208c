package org.p3s.broker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.Seat;

class LobbyTest {

  private final Lobby lobby = new Lobby();

  private static Parked parked(long pilot, String site) {
    return parked(pilot, site, null);
  }

  private static Parked parked(long pilot, String site, @Nullable Instant until) {
    return new Parked(
        new Seat(new UUID(0, pilot), 0, UUID.randomUUID(), site, Map.of(), until), answer -> {});
  }

  private Parked enter(long pilot, String site) {
    Parked parked = parked(pilot, site);
    lobby.enter(parked, false);
    return parked;
  }

  /** Seats that waited for long: a claim has looked at them, and found nothing. */
  private List<Parked> idle(int n, String site) {
    List<Parked> idle = LongStream.rangeClosed(1, n).mapToObj(i -> enter(i, site)).toList();
    lobby.take(n).seats().forEach(parked -> lobby.putBack(parked, true));
    return idle;
  }

  private List<Parked> takes(int most) {
    return lobby.take(most).seats();
  }

  private List<Parked> takesDue(int most) {
    lobby.changed();
    return takes(most);
  }

  @Test
  void a_seat_is_in_one_claim_at_a_time() {
    Parked seat = enter(1, "a");
    assertThat(takesDue(10)).containsExactly(seat);
    assertThat(takesDue(10)).isEmpty();
    assertThat(lobby.lend(10, 10)).isEmpty();
  }

  @Test
  void those_that_wait_longest_are_lent_and_of_each_kind_some() {
    Parked first = enter(1, "a");
    enter(2, "a");
    Parked other = enter(3, "b");
    assertThat(lobby.lend(1, 10)).containsExactlyInAnyOrder(first, other);
  }

  @Test
  void a_claim_has_so_many_seats_at_most_however_many_kinds_there_are() {
    for (int i = 0; i < 30; i++) {
      enter(i, "site" + i);
    }
    assertThat(lobby.lend(3, 8)).hasSize(8);
    Set<Parked> seen = new HashSet<>();
    for (int claim = 0; claim < 3; claim++) {
      List<Parked> taken = takesDue(8);
      assertThat(taken).hasSize(8);
      seen.addAll(taken);
      taken.forEach(parked -> lobby.putBack(parked, true));
    }
    assertThat(seen).hasSizeGreaterThan(8);
  }

  @Test
  void kinds_that_are_due_are_looked_at_in_turn() {
    for (int i = 0; i < 10; i++) {
      lobby.enter(parked(i, "site" + i), true);
    }
    lobby.changed();
    List<Parked> looked = new ArrayList<>();
    for (int claim = 0; claim < 5; claim++) {
      List<Parked> taken = takes(2);
      assertThat(taken).hasSize(2);
      looked.addAll(taken);
      taken.forEach(parked -> lobby.putBack(parked, true));
    }
    assertThat(takes(2)).isEmpty();
    assertThat(looked).doesNotHaveDuplicates().hasSize(10);
  }

  @Test
  void a_small_kind_leaves_its_room_to_a_large_one() {
    IntStream.range(0, 10).forEach(i -> enter(i, "large"));
    enter(20, "small");
    lobby.take(11).seats().forEach(parked -> lobby.putBack(parked, true));
    List<Parked> taken = takesDue(8);
    assertThat(taken).hasSize(8);
    assertThat(taken.stream().filter(parked -> parked.seat.site().equals("small"))).hasSize(1);
  }

  @Test
  void the_one_that_lives_longest_is_among_those_that_a_claim_looks_at() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    List<Parked> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Parked parked = parked(i, "a", now.plusSeconds(i == 15 ? 1_000 : 100 + i));
      lobby.enter(parked, true);
      all.add(parked);
    }
    List<Parked> taken = takesDue(4);
    assertThat(taken).containsExactly(all.get(0), all.get(1), all.get(2), all.get(15));
    assertThat(lobby.lives().values()).containsExactly(now.plusSeconds(119));
  }

  @Test
  void more_of_a_kind_are_looked_at_where_some_found_something() {
    List<Parked> idle = idle(6, "a");
    lobby.changed();
    Lobby.Taken first = lobby.take(4);
    assertThat(first.due()).containsExactly(idle.get(0).kind);
    first.seats().forEach(lobby::served);
    assertThat(takes(4)).isEmpty();
    lobby.again(first.due());
    assertThat(takes(4)).containsExactly(idle.get(4), idle.get(5));
  }

  @Test
  void a_kind_whose_seats_are_all_in_claims_is_looked_at_when_they_are_back() {
    Parked seat = enter(1, "a");
    lobby.lend(1, 1);
    assertThat(takesDue(4)).isEmpty();
    lobby.putBack(seat, true);
    assertThat(takes(4)).containsExactly(seat);
  }

  @Test
  void a_seat_that_nobody_looked_at_yet_waits_for_no_kind_that_is_due() {
    idle(20, "a");
    Parked fresh = enter(30, "b");
    lobby.changed();
    Parked newer = enter(31, "a");
    assertThat(takes(8)).hasSizeGreaterThan(4).contains(fresh, newer);
  }

  @Test
  void a_wait_of_nothing_is_over_when_one_claim_has_looked() {
    Parked seat = enter(1, "a");
    assertThat(lobby.timeUp(seat)).isFalse();
    assertThat(takes(1)).containsExactly(seat);
    assertThat(lobby.putBack(seat, true)).isTrue();
    Parked tried = parked(2, "a");
    lobby.enter(tried, true);
    assertThat(lobby.timeUp(tried)).isTrue();
    assertThat(lobby.size()).isZero();
  }

  @Test
  void a_seat_that_a_claim_has_seen_is_not_tried_again_without_a_reason() {
    Parked seat = enter(1, "a");
    takes(1);
    assertThat(lobby.putBack(seat, true)).isFalse();
    assertThat(takes(1)).isEmpty();
    assertThat(takesDue(1)).containsExactly(seat);
  }

  @Test
  void a_seat_of_a_failed_claim_is_tried_again() {
    Parked seat = enter(1, "a");
    takes(1);
    lobby.putBack(seat, false);
    assertThat(takes(1)).containsExactly(seat);
  }

  @Test
  void a_closed_poll_is_in_no_claim() {
    Parked seat = enter(1, "a");
    lobby.leave(seat);
    assertThat(lobby.size()).isZero();
    assertThat(lobby.lives()).isEmpty();
    assertThat(takesDue(1)).isEmpty();
  }

  @Test
  void what_was_claimed_for_a_poll_that_closed_meanwhile_is_not_served() {
    Parked seat = enter(1, "a");
    takes(1);
    lobby.leave(seat);
    assertThat(lobby.served(seat)).isFalse();
    assertThat(lobby.succeeded(seat)).isFalse();
  }

  @Test
  void a_wait_that_is_over_during_a_claim_ends_with_the_claim() {
    Parked seat = enter(1, "a");
    takes(1);
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
    assertThat(takes(5)).containsExactly(newer);
  }

  @Test
  void what_was_claimed_for_the_older_request_goes_to_the_newer() {
    Parked older = enter(1, "a");
    takes(1);
    Parked newer = parked(1, "a");
    lobby.enter(newer, false);
    takes(1);
    lobby.putBack(newer, true);
    assertThat(lobby.served(older)).isFalse();
    assertThat(lobby.succeeded(older)).isTrue();
    assertThat(takes(1)).isEqualTo(List.of(newer));
  }

  @Test
  void a_seat_in_a_claim_at_the_stop_is_told_when_the_claim_comes_back() {
    Parked claimed = parked(1, "a");
    lobby.enter(claimed, false);
    assertThat(takes(10)).containsExactly(claimed);
    Parked idle = parked(2, "a");
    lobby.enter(idle, false);
    assertThat(lobby.empty()).containsExactly(idle);
    assertThat(lobby.putBack(claimed, true)).isTrue();
    assertThat(lobby.size()).isZero();
  }
}

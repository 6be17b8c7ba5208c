package org.p3s.broker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.PendingPolls.AfterClaim;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.platform.problem.ProblemException;

class PendingPollsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int MANY = 100;

  private final NoMatchCache noMatches = new NoMatchCache();
  private final PendingPolls polls = new PendingPolls(noMatches);

  private static PendingPoll poll(long pilot, String site) {
    return poll(pilot, site, null);
  }

  private static PendingPoll poll(long pilot, String site, @Nullable Instant pilotEndsAt) {
    return new PendingPoll(
        new SlotRequest(new UUID(0, pilot), 0, UUID.randomUUID(), site, Map.of(), pilotEndsAt),
        answer -> {});
  }

  private PendingPoll add(long pilot, String site) {
    PendingPoll poll = poll(pilot, site);
    polls.add(poll);
    return poll;
  }

  /** Adds a poll for which no claim is needed, because its slot was informed. */
  private void addTried(PendingPoll poll) {
    noMatches.informed(poll.request.slotId(), noMatches.version());
    polls.add(poll);
  }

  /** Polls that a claim has looked at without finding a job. */
  private List<PendingPoll> idle(int n, String site) {
    List<PendingPoll> idle = LongStream.rangeClosed(1, n).mapToObj(i -> add(i, site)).toList();
    foundNothing(polls.takeForClaim(n));
    return idle;
  }

  private AfterClaim foundNothing(ClaimBatch batch) {
    return polls.claimDone(batch, List.of());
  }

  private AfterClaim foundJobs(ClaimBatch batch) {
    return polls.claimDone(
        batch, IntStream.range(0, batch.polls().size()).mapToObj(this::newJob).toList());
  }

  private ClaimResult newJob(int index) {
    ClaimedJob job =
        new ClaimedJob(
            UUID.randomUUID(),
            1,
            UUID.randomUUID(),
            1,
            null,
            null,
            "n",
            "t",
            "/bin/true",
            null,
            Map.of(),
            null,
            1,
            List.of(),
            List.of(),
            NOW);
    return new ClaimResult(index, ClaimResult.Kind.NEW, job);
  }

  private List<PendingPoll> take(int most) {
    return polls.takeForClaim(most).polls();
  }

  private List<PendingPoll> takeAfterChange(int most) {
    polls.queueChanged();
    return take(most);
  }

  @Test
  void a_poll_is_in_one_claim_at_a_time() {
    PendingPoll poll = add(1, "a");
    assertThat(takeAfterChange(10)).containsExactly(poll);
    assertThat(takeAfterChange(10)).isEmpty();
    assertThat(polls.takeForNewJobs(10, 10).polls()).isEmpty();
  }

  @Test
  void only_one_claim_begins_at_a_time() {
    add(1, "a");
    assertThat(polls.beginClaim(10)).isNotNull();
    PendingPoll second = add(2, "a");
    assertThat(polls.beginClaim(10)).isNull();
    polls.claimEnded();
    assertThat(Objects.requireNonNull(polls.beginClaim(10)).polls()).containsExactly(second);
  }

  @Test
  void a_claim_without_polls_does_not_begin() {
    assertThat(polls.beginClaim(10)).isNull();
    PendingPoll poll = add(1, "a");
    assertThat(Objects.requireNonNull(polls.beginClaim(10)).polls()).containsExactly(poll);
  }

  @Test
  void new_jobs_go_to_the_polls_of_each_kind_that_have_waited_longest() {
    PendingPoll first = add(1, "a");
    add(2, "a");
    PendingPoll other = add(3, "b");
    assertThat(polls.takeForNewJobs(1, 10).polls()).containsExactlyInAnyOrder(first, other);
  }

  @Test
  void a_claim_has_a_limited_number_of_polls_even_if_there_are_many_kinds() {
    for (int i = 0; i < 30; i++) {
      add(i, "site" + i);
    }
    assertThat(polls.takeForNewJobs(3, 8).polls()).hasSize(8);
    Set<PendingPoll> seen = new HashSet<>();
    for (int claim = 0; claim < 3; claim++) {
      polls.queueChanged();
      ClaimBatch batch = polls.takeForClaim(8);
      assertThat(batch.polls()).hasSize(8);
      seen.addAll(batch.polls());
      foundNothing(batch);
    }
    assertThat(seen).hasSizeGreaterThan(8);
  }

  @Test
  void claims_look_at_the_kinds_that_are_due_in_turn() {
    for (int i = 0; i < 10; i++) {
      addTried(poll(i, "site" + i));
    }
    polls.queueChanged();
    List<PendingPoll> looked = new ArrayList<>();
    for (int claim = 0; claim < 5; claim++) {
      ClaimBatch batch = polls.takeForClaim(2);
      assertThat(batch.polls()).hasSize(2);
      looked.addAll(batch.polls());
      foundNothing(batch);
    }
    assertThat(take(2)).isEmpty();
    assertThat(looked).doesNotHaveDuplicates().hasSize(10);
  }

  @Test
  void what_a_small_kind_does_not_use_of_a_claim_goes_to_a_large_one() {
    IntStream.range(0, 10).forEach(i -> add(i, "large"));
    add(20, "small");
    foundNothing(polls.takeForClaim(11));
    List<PendingPoll> taken = takeAfterChange(8);
    assertThat(taken).hasSize(8);
    assertThat(taken.stream().filter(poll -> poll.request.site().equals("small"))).hasSize(1);
  }

  @Test
  void the_poll_whose_pilot_lives_longest_is_always_in_the_claim() {
    List<PendingPoll> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      PendingPoll poll = poll(i, "a", NOW.plusSeconds(i == 15 ? 1_000 : 100 + i));
      addTried(poll);
      all.add(poll);
    }
    List<PendingPoll> taken = takeAfterChange(4);
    assertThat(taken).containsExactly(all.get(0), all.get(1), all.get(2), all.get(15));
    assertThat(polls.latestPilotEnds().values()).containsExactly(NOW.plusSeconds(119));
  }

  @Test
  void where_some_polls_found_a_job_a_claim_looks_at_more_of_their_kind() {
    List<PendingPoll> idle = idle(6, "a");
    polls.queueChanged();
    ClaimBatch first = polls.takeForClaim(4);
    assertThat(first.dueKinds()).containsExactly(idle.get(0).kind);
    assertThat(take(4)).isEmpty();
    foundJobs(first);
    assertThat(take(4)).containsExactly(idle.get(4), idle.get(5));
  }

  @Test
  void a_kind_whose_polls_are_all_in_claims_is_due_when_they_are_back() {
    PendingPoll poll = add(1, "a");
    ClaimBatch batch = polls.takeForNewJobs(1, 1);
    assertThat(takeAfterChange(4)).isEmpty();
    foundNothing(batch);
    assertThat(take(4)).containsExactly(poll);
  }

  @Test
  void a_new_poll_does_not_wait_for_kinds_that_are_due() {
    idle(20, "a");
    PendingPoll first = add(30, "b");
    polls.queueChanged();
    PendingPoll second = add(31, "a");
    assertThat(take(8)).hasSizeGreaterThan(4).contains(first, second);
  }

  @Test
  void a_poll_that_does_not_wait_ends_after_one_claim() {
    PendingPoll poll = add(1, "a");
    assertThat(polls.waitOver(poll)).isFalse();
    ClaimBatch batch = polls.takeForClaim(1);
    assertThat(batch.polls()).containsExactly(poll);
    assertThat(foundNothing(batch).answers()).hasSize(1);
    PendingPoll tried = poll(2, "a");
    addTried(tried);
    assertThat(polls.waitOver(tried)).isTrue();
    assertThat(polls.size()).isZero();
  }

  @Test
  void after_a_claim_a_poll_is_in_the_next_one_only_if_the_queue_changed() {
    PendingPoll poll = add(1, "a");
    assertThat(foundNothing(polls.takeForClaim(1)).answers()).isEmpty();
    assertThat(take(1)).isEmpty();
    assertThat(takeAfterChange(1)).containsExactly(poll);
  }

  @Test
  void a_poll_of_a_failed_claim_is_in_the_next_one() {
    PendingPoll poll = add(1, "a");
    assertThat(polls.claimFailed(polls.takeForClaim(1))).isEmpty();
    assertThat(take(1)).containsExactly(poll);
  }

  @Test
  void a_closed_poll_is_in_no_claim() {
    PendingPoll poll = add(1, "a");
    polls.remove(poll);
    assertThat(polls.size()).isZero();
    assertThat(polls.latestPilotEnds()).isEmpty();
    assertThat(takeAfterChange(1)).isEmpty();
  }

  @Test
  void a_job_that_was_claimed_for_a_poll_that_was_closed_meanwhile_is_to_be_requeued() {
    PendingPoll poll = add(1, "a");
    ClaimBatch batch = polls.takeForClaim(1);
    polls.remove(poll);
    AfterClaim after = foundJobs(batch);
    assertThat(after.answers()).isEmpty();
    assertThat(after.jobsOfClosedPolls()).hasSize(1);
  }

  @Test
  void a_poll_whose_wait_ends_during_a_claim_is_answered_after_it() {
    PendingPoll poll = add(1, "a");
    ClaimBatch batch = polls.takeForClaim(1);
    assertThat(polls.waitOver(poll)).isFalse();
    assertThat(foundNothing(batch).answers()).hasSize(1);
    assertThat(polls.size()).isZero();
  }

  @Test
  void a_newer_poll_of_a_slot_replaces_the_older_one() {
    PendingPoll older = add(1, "a");
    PendingPoll newer = poll(1, "a");
    assertThat(polls.add(newer)).isSameAs(older);
    assertThat(polls.size()).isEqualTo(1);
    assertThat(take(5)).containsExactly(newer);
  }

  @Test
  void a_job_that_was_claimed_for_the_older_poll_of_a_slot_goes_to_the_newer() {
    add(1, "a");
    ClaimBatch ofOlder = polls.takeForClaim(1);
    PendingPoll newer = poll(1, "a");
    polls.add(newer);
    foundNothing(polls.takeForClaim(1));
    AfterClaim after = foundJobs(ofOlder);
    assertThat(after.answers()).isEmpty();
    assertThat(after.jobsOfClosedPolls()).isEmpty();
    assertThat(take(1)).isEqualTo(List.of(newer));
  }

  @Test
  void when_polls_close_those_in_a_claim_are_answered_after_it() {
    add(1, "a");
    ClaimBatch batch = polls.takeForClaim(MANY);
    assertThat(batch.polls()).hasSize(1);
    PendingPoll idle = add(2, "a");
    assertThat(polls.close()).containsExactly(idle);
    assertThat(foundNothing(batch).answers()).hasSize(1);
    assertThat(polls.size()).isZero();
    assertThatThrownBy(() -> add(3, "a")).isInstanceOf(ProblemException.class);
  }
}

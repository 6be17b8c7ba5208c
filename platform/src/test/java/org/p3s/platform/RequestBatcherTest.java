package org.p3s.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestBatcherTest {

  private final List<List<Integer>> batches = new ArrayList<>();
  private final List<UniEmitter<? super List<String>>> answers = new ArrayList<>();
  private final RequestBatcher<Integer, String> gather =
      new RequestBatcher<>(
          3,
          items -> {
            batches.add(items);
            return Uni.createFrom().emitter(answers::add);
          });

  @Test
  void the_first_goes_at_once_and_the_rest_together_when_it_is_back() {
    CompletableFuture<String> one = gather.submit(1).subscribeAsCompletionStage();
    for (int i = 2; i <= 5; i++) {
      var unused = gather.submit(i).subscribeAsCompletionStage();
    }
    assertThat(batches).containsExactly(List.of(1));
    answers.get(0).complete(List.of("a"));
    assertThat(one).isCompletedWithValue("a");
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4));
    answers.get(1).complete(List.of("b", "c", "d"));
    assertThat(batches).last().isEqualTo(List.of(5));
  }

  @Test
  void a_failed_batch_fails_its_callers_and_no_others() {
    CompletableFuture<String> one = gather.submit(1).subscribeAsCompletionStage();
    CompletableFuture<String> two = gather.submit(2).subscribeAsCompletionStage();
    answers.get(0).fail(new IllegalArgumentException("no"));
    assertThatThrownBy(one::join).hasRootCauseMessage("no");
    answers.get(1).complete(List.of("b"));
    assertThat(two).isCompletedWithValue("b");
  }

  @Test
  void answers_that_do_not_match_the_items_are_an_error() {
    CompletableFuture<String> one = gather.submit(1).subscribeAsCompletionStage();
    answers.get(0).complete(List.of());
    assertThatThrownBy(one::join).hasRootCauseMessage("1 items, 0 answers");
  }

  @Test
  void one_that_cannot_be_done_fails_alone() {
    var first = gather.submit(0).subscribeAsCompletionStage();
    List<CompletableFuture<String>> batch =
        List.of(
            gather.submit(1).subscribeAsCompletionStage(),
            gather.submit(2).subscribeAsCompletionStage(),
            gather.submit(3).subscribeAsCompletionStage());
    var next = gather.submit(4).subscribeAsCompletionStage();
    answers.get(0).complete(List.of("-"));
    answers.get(1).fail(new IllegalArgumentException("no"));
    answers.get(2).complete(List.of("a"));
    answers.get(3).fail(new IllegalArgumentException("no 2"));
    assertThat(batches).last().isEqualTo(List.of(3));
    answers.get(4).complete(List.of("c"));
    assertThat(first).isCompletedWithValue("-");
    assertThat(batch.get(0)).isCompletedWithValue("a");
    assertThatThrownBy(batch.get(1)::join).hasRootCauseMessage("no 2");
    assertThat(batch.get(2)).isCompletedWithValue("c");
    assertThat(batches).last().isEqualTo(List.of(4));
    answers.get(5).complete(List.of("d"));
    assertThat(next).isCompletedWithValue("d");
  }

  @Test
  void what_is_away_fails_the_batch_at_once_and_is_not_asked_for_each() {
    var first = gather.submit(0).subscribeAsCompletionStage();
    var one = gather.submit(1).subscribeAsCompletionStage();
    var two = gather.submit(2).subscribeAsCompletionStage();
    answers.get(0).complete(List.of("-"));
    answers.get(1).fail(new IOException("away"));
    assertThat(first).isCompleted();
    assertThat(batches).hasSize(2);
    assertThatThrownBy(one::join).hasRootCauseMessage("away");
    assertThatThrownBy(two::join).hasRootCauseMessage("away");
  }

  @Test
  void thousands_that_cannot_be_done_are_no_deeper_than_one() {
    RequestBatcher<Integer, String> refuses =
        new RequestBatcher<>(
            10_000,
            items -> {
              if (items.get(0) == 0) {
                return Uni.createFrom().emitter(answers::add);
              }
              throw new IllegalArgumentException("no");
            });
    var first = refuses.submit(0).subscribeAsCompletionStage();
    List<CompletableFuture<String>> rest =
        IntStream.rangeClosed(1, 10_000)
            .mapToObj(i -> refuses.submit(i).subscribeAsCompletionStage())
            .toList();
    answers.get(0).complete(List.of("-"));
    assertThat(first).isCompleted();
    assertThat(rest).allMatch(CompletableFuture::isCompletedExceptionally);
  }
}

package org.p3s.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GatherTest {

  private final List<List<Integer>> batches = new ArrayList<>();
  private final List<UniEmitter<? super List<String>>> answers = new ArrayList<>();
  private final Gather<Integer, String> gather =
      new Gather<>(
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
}

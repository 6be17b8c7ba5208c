package org.p3s.platform;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

/**
 * Natural batching: the first item goes at once, what arrives while a batch is under way goes
 * together in the next. No timer delays anyone, and under load one statement serves many callers.
 *
 * <p>A caller that goes away does not take back its item.
 */
public final class Gather<I, O> {

  private record Waiting<I, O>(I item, UniEmitter<? super O> emitter) {}

  private final int maxBatch;
  private final Function<List<I>, Uni<List<O>>> work;
  private final Queue<Waiting<I, O>> queue = new ArrayDeque<>();
  private boolean busy;

  /**
   * @param work answers in the order of its items, one answer per item
   */
  public Gather(int maxBatch, Function<List<I>, Uni<List<O>>> work) {
    this.maxBatch = maxBatch;
    this.work = work;
  }

  public Uni<O> submit(I item) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              synchronized (this) {
                queue.add(new Waiting<>(item, emitter));
                if (busy) {
                  return;
                }
                busy = true;
              }
              next();
            });
  }

  private void next() {
    List<Waiting<I, O>> batch = take();
    if (batch.isEmpty()) {
      return;
    }
    List<I> items = batch.stream().map(Waiting::item).toList();
    Uni<List<O>> result;
    try {
      result = work.apply(items);
    } catch (RuntimeException e) {
      result = Uni.createFrom().failure(e);
    }
    result.subscribe().with(answers -> done(batch, answers), failure -> failed(batch, failure));
  }

  private synchronized List<Waiting<I, O>> take() {
    List<Waiting<I, O>> batch = new ArrayList<>(Math.min(maxBatch, queue.size()));
    while (batch.size() < maxBatch && !queue.isEmpty()) {
      batch.add(queue.remove());
    }
    busy = !batch.isEmpty();
    return batch;
  }

  private void done(List<Waiting<I, O>> batch, List<O> answers) {
    if (answers.size() != batch.size()) {
      failed(
          batch,
          new IllegalStateException(batch.size() + " items, " + answers.size() + " answers"));
      return;
    }
    // The next batch is under way before the callers of this one go on.
    next();
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).emitter().complete(answers.get(i));
    }
  }

  private void failed(List<Waiting<I, O>> batch, Throwable failure) {
    next();
    batch.forEach(waiting -> waiting.emitter().fail(failure));
  }
}

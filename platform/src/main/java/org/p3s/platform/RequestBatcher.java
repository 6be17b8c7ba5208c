package org.p3s.platform;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Handles requests in batches without a timer: the first item is handled at once, and the items
 * that arrive while a batch is under way form the next batch. Nobody waits longer than one batch
 * takes, and under load one statement serves many callers.
 *
 * <p>An item is handled even if its caller cancels. If a batch fails, and the failure is not
 * transient, its items are handled one by one, so that one bad item does not fail the others. The
 * work must therefore be idempotent.
 */
public final class RequestBatcher<I, O> {

  private static final Logger LOG = Logger.getLogger(RequestBatcher.class);

  private record Waiting<I, O>(I item, UniEmitter<? super O> emitter) {}

  private final int maxBatch;
  private final Function<List<I>, Uni<List<O>>> work;
  private final Queue<Waiting<I, O>> queue = new ArrayDeque<>();
  private boolean busy;

  /**
   * @param maxBatch the most items of one batch
   * @param work handles a batch; returns one answer per item, in the order of the items
   */
  public RequestBatcher(int maxBatch, Function<List<I>, Uni<List<O>>> work) {
    this.maxBatch = maxBatch;
    this.work = work;
  }

  /** Handles the item with the next batch; fails as its batch, or as the item alone, failed. */
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
              startNextBatch();
            });
  }

  private void startNextBatch() {
    List<Waiting<I, O>> batch = take();
    if (batch.isEmpty()) {
      return;
    }
    work(batch)
        .subscribe()
        .with(answers -> done(batch, answers), failure -> failed(batch, failure));
  }

  private Uni<List<O>> work(List<Waiting<I, O>> batch) {
    try {
      return work.apply(batch.stream().map(Waiting::item).toList());
    } catch (RuntimeException e) {
      return Uni.createFrom().failure(e);
    }
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
      failed(batch, mismatch(batch.size(), answers.size()));
      return;
    }
    // The next batch starts before the callers of this one continue.
    startNextBatch();
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).emitter().complete(answers.get(i));
    }
  }

  private void failed(List<Waiting<I, O>> batch, Throwable failure) {
    if (batch.size() > 1 && !TransientFailures.isTransient(failure)) {
      LOG.warnf(
          "a batch of %d failed, its items are handled one by one: %s", batch.size(), failure);
      handleOneByOne(batch);
      return;
    }
    startNextBatch();
    batch.forEach(waiting -> waiting.emitter().fail(failure));
  }

  private void handleOneByOne(List<Waiting<I, O>> batch) {
    AtomicReference<@Nullable Throwable> firstTransient = new AtomicReference<>();
    Multi.createFrom()
        .iterable(batch)
        .onItem()
        .transformToUniAndConcatenate(one -> handleAlone(one, firstTransient))
        .onTermination()
        .invoke(this::startNextBatch)
        .subscribe()
        .with(done -> {}, failure -> LOG.error("callers got no answer", failure));
  }

  private Uni<Boolean> handleAlone(
      Waiting<I, O> one, AtomicReference<@Nullable Throwable> firstTransient) {
    Throwable before = firstTransient.get();
    if (before != null) {
      // Each of the rest would wait for the same dependency until its own timeout.
      one.emitter().fail(before);
      return Uni.createFrom().item(false);
    }
    return work(List.of(one))
        .onItemOrFailure()
        .transform(
            (answers, failure) -> {
              if (failure == null && answers.size() == 1) {
                one.emitter().complete(answers.get(0));
                return true;
              }
              Throwable why = failure == null ? mismatch(1, answers.size()) : failure;
              if (TransientFailures.isTransient(why)) {
                firstTransient.set(why);
              }
              one.emitter().fail(why);
              return false;
            });
  }

  private static Throwable mismatch(int items, int answers) {
    return new IllegalStateException(items + " items, " + answers + " answers");
  }
}

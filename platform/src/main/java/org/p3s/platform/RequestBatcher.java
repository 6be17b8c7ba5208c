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
 * Natural batching: the first item goes at once, what arrives while a batch is under way goes
 * together in the next. No timer delays anyone, and under load one statement serves many callers.
 *
 * <p>A caller that goes away does not take back its item. A batch that fails by itself, not because
 * something is away, is done item by item: one that can't be done must not fail the others. So the
 * work must bear a repeat.
 */
public final class RequestBatcher<I, O> {

  private static final Logger LOG = Logger.getLogger(RequestBatcher.class);

  private record Waiting<I, O>(I item, UniEmitter<? super O> emitter) {}

  private final int maxBatch;
  private final Function<List<I>, Uni<List<O>>> work;
  private final Queue<Waiting<I, O>> queue = new ArrayDeque<>();
  private boolean busy;

  /**
   * @param work answers in the order of its items, one answer per item
   */
  public RequestBatcher(int maxBatch, Function<List<I>, Uni<List<O>>> work) {
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
    // The next batch is under way before the callers of this one go on.
    next();
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).emitter().complete(answers.get(i));
    }
  }

  private void failed(List<Waiting<I, O>> batch, Throwable failure) {
    if (batch.size() > 1 && !TransientFailures.isTransient(failure)) {
      LOG.warnf("a batch of %d is done one by one: %s", batch.size(), failure);
      oneByOne(batch);
      return;
    }
    next();
    batch.forEach(waiting -> waiting.emitter().fail(failure));
  }

  private void oneByOne(List<Waiting<I, O>> batch) {
    AtomicReference<@Nullable Throwable> away = new AtomicReference<>();
    Multi.createFrom()
        .iterable(batch)
        .onItem()
        .transformToUniAndConcatenate(one -> alone(one, away))
        .onTermination()
        .invoke(this::next)
        .subscribe()
        .with(told -> {}, failure -> LOG.error("callers were not told", failure));
  }

  private Uni<Boolean> alone(Waiting<I, O> one, AtomicReference<@Nullable Throwable> away) {
    Throwable before = away.get();
    if (before != null) {
      // The rest would wait for it in vain, one after the other.
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
                away.set(why);
              }
              one.emitter().fail(why);
              return false;
            });
  }

  private static Throwable mismatch(int items, int answers) {
    return new IllegalStateException(items + " items, " + answers + " answers");
  }
}

package org.p3s.broker.app;

import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How replicas wake each other when the queue or a job changes. */
public interface ReplicaWakeups {

  /** Sets what to do when another replica reports that the queue changed. */
  void onWakeup(Runnable action);

  /** Reports to the other replicas, after a short time, that the queue changed; calls coalesce. */
  void wakeOthers();

  /**
   * Sets what to do when a job changes at any replica: somebody begins to follow its log, it is to
   * stop, a piece of its log comes, it ends. Null stands for any job: it comes after a time in
   * which this replica could not listen.
   */
  void onJobSignal(Consumer<@Nullable UUID> action);
}

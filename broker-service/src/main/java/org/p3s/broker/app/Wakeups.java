package org.p3s.broker.app;

import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How replicas tell each other that there may be something to claim, or to know about a job. */
public interface Wakeups {

  /** What to do when another replica calls. */
  void onCall(Runnable action);

  /** Tells the other replicas, soon; many calls become one. */
  void callOthers();

  /**
   * What to do when something about a job is new: a wish, a stop, a piece of its log, its end. Null
   * stands for any job, after a time in which nobody listened.
   */
  void onNews(Consumer<@Nullable UUID> action);
}

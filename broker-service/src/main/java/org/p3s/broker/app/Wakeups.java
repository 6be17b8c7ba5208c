package org.p3s.broker.app;

/** How replicas tell each other that there may be something to claim. */
public interface Wakeups {

  /** What to do when another replica calls. */
  void onCall(Runnable action);

  /** Tells the other replicas, soon; many calls become one. */
  void callOthers();
}

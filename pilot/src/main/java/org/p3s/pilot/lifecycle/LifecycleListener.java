package org.p3s.pilot.lifecycle;

/** What must happen at once when the pilot drains or loses its registration. */
public interface LifecycleListener {

  void onDrain();

  /** The services have declared the pilot of this session lost. */
  void onSessionLost(PilotSession session);
}

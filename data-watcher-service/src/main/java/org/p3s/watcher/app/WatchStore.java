package org.p3s.watcher.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.p3s.watcher.domain.Watch;

/** The watches that operators have added. */
public interface WatchStore {

  /** A watch, and whether an operator paused it. */
  record StoredWatch(Watch watch, boolean paused) {}

  /** By name. */
  Uni<List<StoredWatch>> list();

  /** False if there is a watch of that name. */
  Uni<Boolean> add(Watch watch, boolean paused);

  /** Pauses or resumes a watch; false if there is none of that name. */
  Uni<Boolean> setPaused(String name, boolean paused);

  /** Removes a watch; false if there is none of that name. Its files stay in the ledger. */
  Uni<Boolean> remove(String name);
}

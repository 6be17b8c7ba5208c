package org.p3s.watcher.domain;

import java.util.Optional;
import java.util.UUID;

/**
 * How far the workflows of a file are.
 *
 * @param dags the number of DAGs that the watch starts for it
 * @param endedDags DAGs that have a workflow that ended
 * @param finishedDags DAGs that have a workflow that finished
 * @param after what the watch does with a processed file
 */
public record FileProgress(
    UUID file, FileState state, int dags, long endedDags, long finishedDags, AfterAction after) {

  /**
   * The new state of the file; empty if it stays as it is.
   *
   * <p>A DAG is done when one of its workflows finished, be it the first or a rerun. So the order
   * in which the events come does not matter. A rerun that fails changes nothing: the file may have
   * been moved since another workflow of its DAG finished.
   */
  public Optional<FileOutcome> outcome() {
    FileState target = state;
    if (finishedDags >= dags) {
      target = FileState.PROCESSED;
    } else if (endedDags >= dags) {
      target = FileState.FAILED;
    }
    return state.successors().contains(target)
        ? Optional.of(new FileOutcome(file, target, after))
        : Optional.empty();
  }
}

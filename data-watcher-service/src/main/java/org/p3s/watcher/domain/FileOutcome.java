package org.p3s.watcher.domain;

import java.util.UUID;

/**
 * The result of processing a file.
 *
 * @param state processed or failed
 * @param after what to do with the file now; a file that failed stays where it is
 */
public record FileOutcome(UUID file, FileState state, AfterAction after) {

  public FileOutcome {
    after = state == FileState.PROCESSED ? after : AfterAction.KEEP;
  }
}

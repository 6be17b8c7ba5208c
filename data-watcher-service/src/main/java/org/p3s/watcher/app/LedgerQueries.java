package org.p3s.watcher.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.watcher.domain.FileState;

/** The files of the ledger for the API. */
public interface LedgerQueries {

  /**
   * Newest first.
   *
   * @param watch null: of all watches
   * @param state null: in all states
   * @param after the last file of the page before; null for the first page
   */
  Uni<List<FileView>> list(
      @Nullable String watch, @Nullable FileState state, @Nullable UUID after, int limit);

  /** Null if there is no such file. */
  Uni<@Nullable FileView> find(UUID file);
}

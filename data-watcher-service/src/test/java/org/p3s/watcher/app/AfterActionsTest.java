package org.p3s.watcher.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.watcher.TestWatches.watch;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.FileSnapshot;
import org.p3s.watcher.domain.Watch;

class AfterActionsTest {

  private final InMemoryStorage storage = new InMemoryStorage();
  private final InMemoryLedger ledger = new InMemoryLedger();
  private final AfterActions afterActions = new AfterActions(storage, ledger);
  private final Watch watch = watch().after(AfterAction.MOVE).moveTo("/archive").build();

  @BeforeEach
  void a_file() {
    storage.write("/data/a.raw", 1, Instant.EPOCH);
  }

  private @Nullable String apply(AfterAction action, String path) {
    UUID file = ledger.request(action, path);
    afterActions.apply(watch);
    assertThat(ledger.pendingActions).isEmpty();
    return ledger.results.get(file);
  }

  @Test
  void a_file_is_moved() {
    assertThat(apply(AfterAction.MOVE, "/data/a.raw")).isEqualTo("moved to /archive/a.raw");
    assertThat(storage.exists("/data/a.raw")).isFalse();
    assertThat(storage.exists("/archive/a.raw")).isTrue();
  }

  @Test
  void a_file_is_deleted() {
    assertThat(apply(AfterAction.DELETE, "/data/a.raw")).isEqualTo("deleted");
    assertThat(storage.exists("/data/a.raw")).isFalse();
  }

  @Test
  void a_move_never_replaces_a_file() {
    storage.write("/archive/a.raw", 2, Instant.EPOCH);
    assertThat(apply(AfterAction.MOVE, "/data/a.raw"))
        .isEqualTo("not moved: /archive/a.raw exists already");
    assertThat(storage.exists("/data/a.raw")).isTrue();
    assertThat(storage.snapshot("/archive/a.raw")).contains(new FileSnapshot(2, Instant.EPOCH));
  }

  @Test
  void a_file_that_does_not_exist_any_more_is_noted() {
    assertThat(apply(AfterAction.MOVE, "/data/b.raw"))
        .isEqualTo("the file was not there any more when it was to be moved");
  }

  @Test
  void a_failure_is_noted_and_not_tried_again() {
    storage.write("/data/protected", 1, Instant.EPOCH);
    assertThat(apply(AfterAction.DELETE, "/data/protected"))
        .startsWith("not deleted: ")
        .contains("is protected");
    assertThat(storage.exists("/data/protected")).isTrue();
  }
}

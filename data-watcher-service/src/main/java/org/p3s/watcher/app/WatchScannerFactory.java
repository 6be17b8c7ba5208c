package org.p3s.watcher.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.p3s.watcher.domain.Watch;

/** Makes the scanner of a watch. */
@ApplicationScoped
class WatchScannerFactory {

  private final FileStorage storage;
  private final FileLedger ledger;
  private final ArrivalRecorder arrivals;
  private final AfterActions afterActions;
  private final InstantSource clock;

  WatchScannerFactory(
      FileStorage storage,
      FileLedger ledger,
      ArrivalRecorder arrivals,
      AfterActions afterActions,
      InstantSource clock) {
    this.storage = storage;
    this.ledger = ledger;
    this.arrivals = arrivals;
    this.afterActions = afterActions;
    this.clock = clock;
  }

  WatchScanner create(Watch watch) {
    return new WatchScanner(watch, storage, ledger, arrivals, afterActions, clock);
  }
}

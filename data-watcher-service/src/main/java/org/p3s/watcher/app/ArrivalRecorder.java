package org.p3s.watcher.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.FileArrivedBuilder;
import org.p3s.platform.outbox.Outbox;
import org.p3s.watcher.domain.FileRecord;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.Watch;

/**
 * Records what a scan decided about files, and emits {@code file-arrived} for those that arrived.
 * Both happen in one transaction, so a restart neither loses a file nor takes it twice.
 */
@ApplicationScoped
public class ArrivalRecorder {

  private final Outbox outbox;
  private final FileLedger ledger;
  private final MeterRegistry metrics;

  ArrivalRecorder(Outbox outbox, FileLedger ledger, MeterRegistry metrics) {
    this.outbox = outbox;
    this.ledger = ledger;
    this.metrics = metrics;
  }

  Uni<Void> record(Watch watch, List<FileRecord> files) {
    return outbox
        .transact(
            tx ->
                ledger
                    .save(tx, watch, files)
                    .invoke(
                        saved ->
                            saved.stream()
                                .filter(file -> file.state() == FileState.ARRIVED)
                                .map(file -> event(watch, file))
                                .forEach(tx::emit)))
        .invoke(
            saved ->
                saved.forEach(
                    file -> metrics.counter("p3s.files", "state", file.state().text()).increment()))
        .replaceWithVoid();
  }

  private static FileArrived event(Watch watch, FileRecord file) {
    return FileArrivedBuilder.builder()
        .file(file.uuid())
        .watch(watch.name())
        .path(file.path())
        .dirpath(file.directory())
        .name(file.name())
        .size(file.size())
        .mtime(file.mtime())
        .run(file.run().run())
        .subrun(file.run().subrun())
        .dags(watch.dags())
        .placeholder(watch.placeholder())
        .priority(watch.priority())
        .staleafter(watch.staleafter())
        .user(watch.user())
        .seenAt(file.firstSeen())
        .wholeAt(Objects.requireNonNull(file.completeAt(), "completeAt"))
        .build();
  }
}

package org.p3s.watcher.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.p3s.contracts.Event;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.watcher.domain.FileOutcome;
import org.p3s.watcher.domain.FileProgress;
import org.p3s.watcher.domain.FileWorkflow;

/** Records the workflows of files, and decides which files are processed or failed by them. */
@ApplicationScoped
public class FileOutcomeRecorder {

  private final Outbox outbox;
  private final FileOutcomes outcomes;
  private final InstantSource clock;
  private final MeterRegistry metrics;

  FileOutcomeRecorder(
      Outbox outbox, FileOutcomes outcomes, InstantSource clock, MeterRegistry metrics) {
    this.outbox = outbox;
    this.outcomes = outcomes;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Takes a batch of {@code workflow-defined} and {@code workflow-finished} events. */
  public Uni<Void> record(List<Event> events) {
    List<FileWorkflow> workflows =
        events.stream().map(FileOutcomeRecorder::workflow).flatMap(Optional::stream).toList();
    if (workflows.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Set<UUID> files = workflows.stream().map(FileWorkflow::file).collect(Collectors.toSet());
    return outbox
        .transact(
            tx -> {
              // The lock comes first: of two transactions for workflows of one file, the second
              // must count what the first one saved.
              tx.pipeline(outcomes.lock(tx, files));
              tx.pipeline(outcomes.saveWorkflows(tx, workflows));
              return outcomes.progress(tx, files).chain(progress -> save(tx, progress));
            })
        .invoke(this::count)
        .replaceWithVoid();
  }

  private Uni<List<FileOutcome>> save(Tx tx, List<FileProgress> progress) {
    List<FileOutcome> decided = new ArrayList<>();
    progress.forEach(file -> file.outcome().ifPresent(decided::add));
    return decided.isEmpty()
        ? Uni.createFrom().item(decided)
        : outcomes.saveOutcomes(tx, decided, clock.instant()).replaceWith(decided);
  }

  private void count(List<FileOutcome> decided) {
    decided.forEach(
        outcome -> metrics.counter("p3s.files", "state", outcome.state().text()).increment());
  }

  /** Empty for events of workflows that were not started by a file. */
  private static Optional<FileWorkflow> workflow(Event event) {
    if (event instanceof WorkflowDefined w && w.file() != null) {
      return Optional.of(
          new FileWorkflow(w.file(), w.dag(), w.wfuuid(), FileWorkflow.Status.RUNNING));
    }
    if (event instanceof WorkflowFinished w && w.file() != null) {
      return Optional.of(new FileWorkflow(w.file(), w.dag(), w.wfuuid(), status(w.state())));
    }
    return Optional.empty();
  }

  private static FileWorkflow.Status status(WorkflowFinished.State end) {
    return switch (end) {
      case FINISHED -> FileWorkflow.Status.FINISHED;
      case FAILED -> FileWorkflow.Status.FAILED;
      case CANCELLED -> FileWorkflow.Status.CANCELLED;
    };
  }
}

package org.p3s.watcher.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.platform.inbox.Inbox;
import org.p3s.watcher.app.FileOutcomeRecorder;
import org.p3s.watcher.app.WatchRunner;

/**
 * Consumes the topic {@code workflow-finished}. It carries {@code workflow-defined} events too, so
 * that both events of a workflow keep their order.
 */
@ApplicationScoped
class WorkflowFinishedConsumer {

  private final Inbox inbox;
  private final FileOutcomeRecorder outcomes;
  private final WatchRunner watches;

  WorkflowFinishedConsumer(Inbox inbox, FileOutcomeRecorder outcomes, WatchRunner watches) {
    this.inbox = inbox;
    this.outcomes = outcomes;
    this.watches = watches;
  }

  @Incoming("workflow-finished-in")
  Uni<Void> consume(ConsumerRecords<String, String> records) {
    return inbox.consume(records, outcomes::record).invoke(watches::filesDone);
  }
}

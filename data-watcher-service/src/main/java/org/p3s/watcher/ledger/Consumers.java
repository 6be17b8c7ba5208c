package org.p3s.watcher.ledger;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.platform.inbox.Inbox;

/** What becomes of files is told by the workflow service. */
@ApplicationScoped
class Consumers {

  private final Inbox inbox;
  private final Ledger ledger;
  private final Event<FilesDone> done;

  Consumers(Inbox inbox, Ledger ledger, Event<FilesDone> done) {
    this.inbox = inbox;
    this.ledger = ledger;
    this.done = done;
  }

  @Incoming("workflow-finished-in")
  Uni<Void> workflowFinished(ConsumerRecords<String, String> records) {
    return inbox.consume(records, ledger::workflows).invoke(() -> done.fire(new FilesDone()));
  }
}

package org.p3s.workflow.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.contracts.FileArrived;
import org.p3s.platform.inbox.Events;
import org.p3s.platform.inbox.Inbox;
import org.p3s.workflow.app.WorkflowCreation;

/** Consumes the topic {@code file-arrived}. */
@ApplicationScoped
class ArrivedFileConsumer {

  private final Inbox inbox;
  private final WorkflowCreation workflows;

  ArrivedFileConsumer(Inbox inbox, WorkflowCreation workflows) {
    this.inbox = inbox;
    this.workflows = workflows;
  }

  @Incoming("file-arrived-in")
  Uni<Void> fileArrived(ConsumerRecords<String, String> records) {
    return inbox.consume(
        records, events -> workflows.createForFiles(Events.ofType(FileArrived.class, events)));
  }
}

package org.p3s.monitor.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.monitor.app.EventProjector;
import org.p3s.platform.inbox.Inbox;

/** Hands the events of all topics to the projector, batch by batch. */
@ApplicationScoped
class AllTopicsConsumer {

  private final Inbox inbox;
  private final EventProjector projector;

  AllTopicsConsumer(Inbox inbox, EventProjector projector) {
    this.inbox = inbox;
    this.projector = projector;
  }

  @Incoming("events-in")
  Uni<Void> consume(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projector::project);
  }
}

package org.p3s.monitor.projection;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.platform.inbox.Inbox;

/** All topics. */
@ApplicationScoped
class Consumers {

  private final Inbox inbox;
  private final Projection projection;

  Consumers(Inbox inbox, Projection projection) {
    this.inbox = inbox;
    this.projection = projection;
  }

  @Incoming("events-in")
  Uni<Void> happened(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }
}

package org.p3s.broker.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.broker.app.PilotEndHandler;
import org.p3s.platform.inbox.Inbox;

/** Consumes the heartbeats of pilots; the broker needs only the ends of pilots. */
@ApplicationScoped
class PilotHeartbeatConsumer {

  private final Inbox inbox;
  private final PilotEndHandler handler;

  PilotHeartbeatConsumer(Inbox inbox, PilotEndHandler handler) {
    this.inbox = inbox;
    this.handler = handler;
  }

  @Incoming("pilot-heartbeat-in")
  Uni<Void> on(ConsumerRecords<String, String> records) {
    return inbox.consume(records, handler::handle);
  }
}

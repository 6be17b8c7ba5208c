package org.p3s.broker.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.broker.app.PilotEnds;
import org.p3s.platform.inbox.Inbox;

/** Signs of life of pilots; their ends matter here. */
@ApplicationScoped
class PilotHeartbeatConsumer {

  private final Inbox inbox;
  private final PilotEnds ends;

  PilotHeartbeatConsumer(Inbox inbox, PilotEnds ends) {
    this.inbox = inbox;
    this.ends = ends;
  }

  @Incoming("pilot-heartbeat-in")
  Uni<Void> on(ConsumerRecords<String, String> records) {
    return inbox.consume(records, ends::take);
  }
}

package org.p3s.broker.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.broker.app.Intake;
import org.p3s.platform.inbox.Inbox;

/** Jobs that are defined, adjusted and withdrawn. */
@ApplicationScoped
class JobDefinedConsumer {

  private final Inbox inbox;
  private final Intake intake;

  JobDefinedConsumer(Inbox inbox, Intake intake) {
    this.inbox = inbox;
    this.intake = intake;
  }

  @Incoming("job-defined-in")
  Uni<Void> on(ConsumerRecords<String, String> records) {
    return inbox.consume(records, intake::take);
  }
}

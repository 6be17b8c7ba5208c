package org.p3s.broker.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.broker.app.JobIntake;
import org.p3s.platform.inbox.Inbox;

/** Consumes the events job-defined, job-adjusted and job-withdrawn, which share one topic. */
@ApplicationScoped
class JobDefinedConsumer {

  private final Inbox inbox;
  private final JobIntake intake;

  JobDefinedConsumer(Inbox inbox, JobIntake intake) {
    this.inbox = inbox;
    this.intake = intake;
  }

  @Incoming("job-defined-in")
  Uni<Void> on(ConsumerRecords<String, String> records) {
    return inbox.consume(records, intake::handle);
  }
}

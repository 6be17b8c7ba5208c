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

  @Incoming("file-arrived-in")
  Uni<Void> fileArrived(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }

  @Incoming("job-defined-in")
  Uni<Void> jobDefined(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }

  @Incoming("job-progress-in")
  Uni<Void> jobProgress(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }

  @Incoming("job-finished-in")
  Uni<Void> jobFinished(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }

  @Incoming("workflow-finished-in")
  Uni<Void> workflowFinished(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }

  @Incoming("pilot-heartbeat-in")
  Uni<Void> pilotHeartbeat(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }

  @Incoming("dqm-result-in")
  Uni<Void> dqmResult(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }

  @Incoming("service-record-in")
  Uni<Void> serviceRecord(ConsumerRecords<String, String> records) {
    return inbox.consume(records, projection::fold);
  }
}

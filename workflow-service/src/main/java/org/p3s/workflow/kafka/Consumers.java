package org.p3s.workflow.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.inbox.Inbox;
import org.p3s.workflow.app.JobEventHandler;
import org.p3s.workflow.app.WorkflowActions;

/** What other services say. */
@ApplicationScoped
class Consumers {

  private final Inbox inbox;
  private final WorkflowActions workflows;
  private final JobEventHandler reports;

  Consumers(Inbox inbox, WorkflowActions workflows, JobEventHandler reports) {
    this.inbox = inbox;
    this.workflows = workflows;
    this.reports = reports;
  }

  @Incoming("file-arrived-in")
  Uni<Void> fileArrived(ConsumerRecords<String, String> records) {
    return inbox.consume(records, events -> workflows.arrived(only(events, FileArrived.class)));
  }

  @Incoming("job-progress-in")
  Uni<Void> jobProgress(ConsumerRecords<String, String> records) {
    return inbox.consume(records, events -> reports.progressed(only(events, JobProgress.class)));
  }

  @Incoming("job-finished-in")
  Uni<Void> jobFinished(ConsumerRecords<String, String> records) {
    return inbox.consume(records, events -> reports.ended(only(events, JobFinished.class)));
  }

  private static <E extends Event> List<E> only(List<Event> events, Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }
}

package org.p3s.workflow.kafka;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.inbox.Events;
import org.p3s.platform.inbox.Inbox;
import org.p3s.workflow.app.JobEventHandler;

/** Consumes the topics {@code job-progress} and {@code job-finished}. */
@ApplicationScoped
class JobEventConsumer {

  private final Inbox inbox;
  private final JobEventHandler jobs;

  JobEventConsumer(Inbox inbox, JobEventHandler jobs) {
    this.inbox = inbox;
    this.jobs = jobs;
  }

  @Incoming("job-progress-in")
  Uni<Void> jobProgress(ConsumerRecords<String, String> records) {
    return inbox.consume(
        records, events -> jobs.jobsProgressed(Events.ofType(JobProgress.class, events)));
  }

  @Incoming("job-finished-in")
  Uni<Void> jobFinished(ConsumerRecords<String, String> records) {
    return inbox.consume(
        records, events -> jobs.attemptsEnded(Events.ofType(JobFinished.class, events)));
  }
}

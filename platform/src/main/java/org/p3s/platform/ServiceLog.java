package org.p3s.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.p3s.contracts.Ids;
import org.p3s.contracts.ServiceRecord;
import org.p3s.platform.kafka.Publisher;

/**
 * The service log: lines about what a service did that people should know. Each line goes to the
 * service's own log and to the topic {@code service-record}, which the monitor shows.
 */
@ApplicationScoped
public class ServiceLog {

  private static final Logger LOG = Logger.getLogger("org.p3s.service");

  private final Publisher publisher;
  private final InstantSource clock;
  private final String service;

  ServiceLog(
      Publisher publisher,
      InstantSource clock,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.publisher = publisher;
    this.clock = clock;
    this.service = service;
  }

  public void info(String message) {
    LOG.info(message);
    publish("info", message);
  }

  public void warn(String message) {
    LOG.warn(message);
    publish("warn", message);
  }

  private void publish(String level, String message) {
    publisher
        .send(new ServiceRecord(Ids.next(), service, level, message, clock.instant()))
        .subscribe()
        .with(
            done -> {},
            failure ->
                LOG.warnf(
                    "a line is missing in the service log, Kafka is away: %s",
                    failure.getMessage()));
  }
}

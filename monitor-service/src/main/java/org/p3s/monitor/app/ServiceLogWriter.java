package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.p3s.contracts.Ids;
import org.p3s.contracts.ServiceRecord;
import org.p3s.platform.outbox.Outbox;

/** Takes lines for the service log. They are shown when they come back by their topic. */
@ApplicationScoped
public class ServiceLogWriter {

  private final Outbox outbox;
  private final InstantSource clock;

  ServiceLogWriter(Outbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Writes a line of level info in the name of a service. */
  public Uni<ServiceRecord> write(String service, String message) {
    ServiceRecord line = new ServiceRecord(Ids.next(), service, "info", message, clock.instant());
    return outbox.transact(
        tx -> {
          tx.emit(line);
          return Uni.createFrom().item(line);
        });
  }
}

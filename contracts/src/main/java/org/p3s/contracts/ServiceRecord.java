package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;

/**
 * A line of the service log: what a service did that people should know. The level is info or warn.
 */
public record ServiceRecord(UUID id, String service, String level, String message, Instant at)
    implements Event {
  public ServiceRecord {
    requireNonNull(id, "id");
    requireNonNull(service, "service");
    requireNonNull(level, "level");
    requireNonNull(message, "message");
    requireNonNull(at, "at");
  }

  @Override
  public String key() {
    return service;
  }
}

package org.p3s.platform;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Switches off Mutiny's context propagation. By default each step of a Uni captures the thread's
 * contexts (the CDI request and others) and restores them around its callback, which costs more
 * than most steps themselves. No code here needs it: services read what they need of a request
 * before the first asynchronous step, and transactions are passed as parameters.
 */
@ApplicationScoped
class NoContextPropagation {

  /** Runs before the channels are built, because their steps are decorated at that moment. */
  void start(@Observes @Priority(1) StartupEvent event) {
    Infrastructure.clearInterceptors();
  }
}

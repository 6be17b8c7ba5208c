package org.p3s.platform;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Mutiny without context propagation. By default each step of a Uni captures the thread's contexts
 * (the CDI request and others) and restores them around its callback, which costs more than most
 * steps do themselves. Services read what they need of a request before the first asynchronous
 * step, and transactions travel as parameters, so nothing needs it.
 */
@ApplicationScoped
class NoContextPropagation {

  /** Before the channels are built: what they subscribe to is decorated at that moment. */
  void start(@Observes @Priority(1) StartupEvent event) {
    Infrastructure.clearInterceptors();
  }
}

package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/**
 * Pilots look at the jobs they hold. A look may wait, so that a pilot learns at once that its
 * payload is to stop, or that somebody follows its log.
 */
@ApplicationScoped
public class Looks {

  private final Reports reports;
  private final News news;

  Looks(Reports reports, News news) {
    this.reports = reports;
    this.news = news;
  }

  /** Answers when there is something to do, or after that wait; fails with lease-lost. */
  public Uni<Views.Held> look(UUID job, long lease, UUID pilot, Duration wait) {
    if (wait.isZero()) {
      return reports.look(job, lease, pilot);
    }
    return Uni.createFrom()
        .deferred(
            () -> {
              News.Ear ear = news.listen(job);
              return reports
                  .look(job, lease, pilot)
                  .flatMap(
                      held ->
                          held.stop() || held.follow() || news.closed()
                              ? Uni.createFrom().item(held)
                              : ear.next(wait).chain(() -> reports.look(job, lease, pilot)))
                  .onTermination()
                  .invoke(ear::close);
            });
  }
}

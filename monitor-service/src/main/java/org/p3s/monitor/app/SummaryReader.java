package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;

/** Puts the summary together. */
@ApplicationScoped
public class SummaryReader {

  private static final List<Integer> WINDOW_SECONDS = List.of(60, 600, 3_600, 7_200, 86_400);

  private final SummaryQueries queries;
  private final DeadLetterCount deadLetters;
  private final InstantSource clock;

  SummaryReader(SummaryQueries queries, DeadLetterCount deadLetters, InstantSource clock) {
    this.queries = queries;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  public Uni<SystemSummary> read() {
    return Uni.combine()
        .all()
        .unis(
            queries.jobsByState(),
            queries.workflowsByState(),
            queries.pilotsByState(),
            queries.filesByState(),
            queries.endedJobs(WINDOW_SECONDS),
            queries.backlog())
        .asTuple()
        .map(
            t ->
                new SystemSummary(
                    t.getItem1(),
                    t.getItem2(),
                    t.getItem3(),
                    t.getItem4(),
                    t.getItem5(),
                    t.getItem6(),
                    deadLetters.lastCount(),
                    clock.instant()));
  }
}

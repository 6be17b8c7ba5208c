package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.StartForecast.HeldJob;
import org.p3s.broker.domain.StartForecast.JobsAhead;

class StartForecastTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static HeldJob held(long sinceS, long takesS) {
    return new HeldJob(NOW.minusSeconds(sinceS), Duration.ofSeconds(takesS));
  }

  private static JobsAhead ahead(long jobs, long takesS) {
    return new JobsAhead("t", jobs, Duration.ofSeconds(takesS));
  }

  private static StartForecast of(List<HeldJob> held, List<JobsAhead> ahead) {
    return StartForecast.of(held, ahead, 100, null, NOW);
  }

  @Test
  void the_next_job_starts_when_the_first_held_job_ends() {
    assertThat(of(List.of(held(10, 60), held(40, 60)), List.of()).start())
        .isEqualTo(NOW.plusSeconds(20));
  }

  @Test
  void jobs_ahead_take_the_first_pilots_that_become_free() {
    StartForecast forecast = of(List.of(held(0, 10), held(0, 30)), List.of(ahead(3, 10)));
    assertThat(forecast.start()).isEqualTo(NOW.plusSeconds(30));
    assertThat(of(List.of(held(0, 10), held(0, 30)), List.of(ahead(4, 10))).start())
        .isEqualTo(NOW.plusSeconds(40));
  }

  @Test
  void a_job_that_takes_longer_than_usual_is_expected_to_end_now() {
    assertThat(of(List.of(held(100, 10)), List.of()).start()).isEqualTo(NOW);
  }

  @Test
  void if_there_is_no_forecast_there_is_a_reason() {
    assertThat(of(List.of(), List.of()).whyNone()).contains("No pilot that fits");
    assertThat(of(List.of(held(0, 1)), List.of(ahead(101, 1))).whyNone())
        .isEqualTo("More than 100 jobs are ahead.");
    assertThat(of(List.of(new HeldJob(NOW, null)), List.of()).whyNone()).contains("not known yet");
    assertThat(of(List.of(held(0, 1)), List.of(new JobsAhead("mon", 1, null))).whyNone())
        .contains("type mon");
    assertThat(
            StartForecast.of(List.of(held(0, 60)), List.of(), 100, NOW.plusSeconds(60), NOW)
                .whyNone())
        .contains("deadline");
  }
}

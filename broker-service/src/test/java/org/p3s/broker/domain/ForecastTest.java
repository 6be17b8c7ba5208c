package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.Forecast.Ahead;
import org.p3s.broker.domain.Forecast.Held;

class ForecastTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static Held held(long sinceS, long takesS) {
    return new Held(NOW.minusSeconds(sinceS), Duration.ofSeconds(takesS));
  }

  private static Ahead ahead(long jobs, long takesS) {
    return new Ahead("t", jobs, Duration.ofSeconds(takesS));
  }

  private static Forecast of(List<Held> held, List<Ahead> ahead) {
    return Forecast.of(held, ahead, 100, null, NOW);
  }

  @Test
  void the_next_job_starts_when_the_first_that_is_held_ends() {
    assertThat(of(List.of(held(10, 60), held(40, 60)), List.of()).start())
        .isEqualTo(NOW.plusSeconds(20));
  }

  @Test
  void what_is_ahead_takes_the_pilots_that_come_free() {
    Forecast forecast = of(List.of(held(0, 10), held(0, 30)), List.of(ahead(3, 10)));
    assertThat(forecast.start()).isEqualTo(NOW.plusSeconds(30));
    assertThat(of(List.of(held(0, 10), held(0, 30)), List.of(ahead(4, 10))).start())
        .isEqualTo(NOW.plusSeconds(40));
  }

  @Test
  void what_takes_longer_than_usual_may_end_now() {
    assertThat(of(List.of(held(100, 10)), List.of()).start()).isEqualTo(NOW);
  }

  @Test
  void what_can_not_be_said_has_a_reason() {
    assertThat(of(List.of(), List.of()).whyNone()).contains("No pilot that fits");
    assertThat(of(List.of(held(0, 1)), List.of(ahead(101, 1))).whyNone())
        .isEqualTo("More than 100 jobs are ahead.");
    assertThat(of(List.of(new Held(NOW, null)), List.of()).whyNone()).contains("not known yet");
    assertThat(of(List.of(held(0, 1)), List.of(new Ahead("mon", 1, null))).whyNone())
        .contains("type mon");
    assertThat(
            Forecast.of(List.of(held(0, 60)), List.of(), 100, NOW.plusSeconds(60), NOW).whyNone())
        .contains("deadline");
  }
}

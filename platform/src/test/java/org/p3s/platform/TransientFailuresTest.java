package org.p3s.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransientFailuresTest {

  @ParameterizedTest
  @CsvSource({
    "08006, true",
    "57P01, true",
    "40P01, true",
    "53300, true",
    "23505, false",
    "22001, false",
    "42P01, false"
  })
  void a_sql_state_says_whether_waiting_helps(String sqlState, boolean outage) {
    PgException failure = new PgException("says the server", "ERROR", sqlState, "");
    assertThat(TransientFailures.isTransient(new RuntimeException(failure))).isEqualTo(outage);
  }

  @Test
  void a_refused_connection_is_an_outage_and_a_wrong_argument_is_none() {
    assertThat(TransientFailures.isTransient(new RuntimeException(new ConnectException("refused"))))
        .isTrue();
    assertThat(TransientFailures.isTransient(new IllegalArgumentException("negative"))).isFalse();
  }
}

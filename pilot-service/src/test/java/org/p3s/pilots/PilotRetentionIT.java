package org.p3s.pilots;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.ServiceRecord;
import org.p3s.contracts.Topics;
import org.p3s.pilots.app.PilotRetention;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Ended pilots are deleted when their retention (90 days by default) is over. */
@QuarkusTest
@TestProfile(TimersOff.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class PilotRetentionIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration RETENTION = Duration.ofDays(90);

  private static final String INSERT =
      """
      INSERT INTO pilot (uuid, site, host, pid, state, status, slots, beat_s,
                         ts_cre, ts_reg, ts_lhb, ts_end)
      SELECT gen_random_uuid(), 'retention', 'h', i, CASE WHEN $3 THEN 'stopped' ELSE 'running' END,
             'OK', 1, 3600, $2, $2, $2, CASE WHEN $3 THEN $2::timestamptz END
      FROM generate_series(1, $1::int) i
      """;

  @Inject TickedClock clock;
  @Inject PilotRetention retention;
  @Inject Pool pool;

  @AfterEach
  void remove_the_pilots() {
    pool.query("DELETE FROM pilot WHERE site = 'retention'").execute().await().atMost(LIMIT);
  }

  private void insert(int count, Instant time, boolean ended) {
    pool.preparedQuery(INSERT)
        .execute(Tuple.of(count, time.atOffset(ZoneOffset.UTC), ended))
        .await()
        .atMost(LIMIT);
  }

  private int stored() {
    return pool.query("SELECT count(*)::int FROM pilot WHERE site = 'retention'")
        .execute()
        .map(rows -> rows.iterator().next().getInteger(0))
        .await()
        .atMost(LIMIT);
  }

  private int purge() {
    return retention.purge().await().atMost(LIMIT);
  }

  @Test
  void pilots_that_ended_before_the_retention_are_deleted_in_several_statements() {
    Instant now = clock.instant();
    insert(2_513, now.minus(RETENTION).plusSeconds(60), true);
    insert(7, now.minus(RETENTION).plusSeconds(600), true);
    insert(5, now.minus(RETENTION.multipliedBy(2)), false);
    assertThat(purge()).isZero();
    clock.advance(Duration.ofSeconds(120));
    assertThat(purge()).isEqualTo(2_513);
    assertThat(stored()).isEqualTo(12);
    assertThat(purge()).isZero();
    assertThat(
            TopicReader.readUntil(
                Topics.SERVICE_RECORD,
                ServiceRecord.class,
                line -> line.message().startsWith("purge")))
        .extracting(ServiceRecord::message)
        .containsExactly("purge object:\"pilot\" deletions:2513");
  }
}

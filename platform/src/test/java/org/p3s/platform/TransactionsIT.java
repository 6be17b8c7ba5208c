package org.p3s.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Transactions whose begin, statements and commit travel together, against the real thing. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class TransactionsIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject Outbox outbox;
  @Inject Pool pool;

  private String path = "";

  @BeforeEach
  void aPath() {
    path = "/" + UUID.randomUUID();
  }

  private Uni<Void> insert(Tx tx) {
    return tx.sql()
        .preparedQuery("INSERT INTO handled (path) VALUES ($1)")
        .execute(Tuple.of(path))
        .replaceWithVoid();
  }

  private static Uni<Void> broken(Tx tx) {
    return tx.sql().query("SELECT 1 / 0").execute().replaceWithVoid();
  }

  private void transact(Function<Tx, Uni<Void>> work) {
    outbox.transact(work).await().atMost(LONG);
  }

  private long stored() {
    return pool.preparedQuery("SELECT count(*) FROM handled WHERE path = $1")
        .execute(Tuple.of(path))
        .await()
        .atMost(LONG)
        .iterator()
        .next()
        .getLong(0);
  }

  @Test
  void what_was_sent_along_is_committed() {
    transact(
        tx -> {
          tx.pipeline(insert(tx));
          return Uni.createFrom().voidItem();
        });
    assertThat(stored()).isOne();
  }

  @Test
  void what_was_sent_along_and_failed_fails_the_transaction_with_its_reason() {
    assertThatThrownBy(
            () ->
                transact(
                    tx -> {
                      tx.pipeline(insert(tx));
                      tx.pipeline(broken(tx));
                      return insert(tx).onFailure().recoverWithNull();
                    }))
        .hasMessageContaining("division by zero");
    assertThat(stored()).isZero();
  }

  @Test
  void what_fails_only_because_of_it_does_not_hide_the_reason() {
    assertThatThrownBy(
            () ->
                transact(
                    tx -> {
                      tx.pipeline(broken(tx));
                      return insert(tx);
                    }))
        .hasMessageContaining("division by zero");
  }

  @Test
  void a_failure_that_was_swallowed_is_not_taken_for_a_commit() {
    assertThatThrownBy(
            () -> transact(tx -> insert(tx).chain(() -> broken(tx)).onFailure().recoverWithNull()))
        .hasMessageContaining("aborted");
    assertThat(stored()).isZero();
  }

  @Test
  void connections_are_as_good_as_new_after_failures() {
    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> transact(TransactionsIT::broken));
    }
    transact(this::insert);
    assertThat(stored()).isOne();
  }

  @Test
  void a_connection_that_is_cut_in_the_middle_is_an_outage_and_stores_nothing() {
    Throwable failure =
        catchThrowable(
            () ->
                transact(
                    tx ->
                        insert(tx)
                            .chain(
                                () ->
                                    tx.sql()
                                        .query("SELECT pg_terminate_backend(pg_backend_pid())")
                                        .execute())
                            .replaceWithVoid()));
    assertThat(failure).matches(TransientFailures::isTransient, "is an outage");
    // The pool may hand out the cut connection once more, before it has heard of the cut.
    await()
        .ignoreExceptionsMatching(TransientFailures::isTransient)
        .untilAsserted(() -> assertThat(stored()).isZero());
  }
}

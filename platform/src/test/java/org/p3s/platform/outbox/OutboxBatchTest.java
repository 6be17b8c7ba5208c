package org.p3s.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.platform.kafka.Publisher;

class OutboxBatchTest {

  private static final Exception REFUSED = new Exception("refused");

  private static OutboxBatch batch(String... keys) {
    List<Long> ids =
        Arrays.stream(keys).map(key -> (long) Arrays.asList(keys).indexOf(key)).toList();
    List<Publisher.Stored> events =
        Arrays.stream(keys)
            .map(
                key ->
                    new Publisher.Stored(
                        "job-defined",
                        key.substring(0, 1),
                        "t",
                        UUID.randomUUID(),
                        Instant.EPOCH,
                        ""))
            .toList();
    return new OutboxBatch(ids, events);
  }

  @Test
  void all_events_are_delivered_if_none_failed() {
    OutboxBatch.Result result = batch("a1", "b1", "a2").result(Arrays.asList(null, null, null));
    assertThat(result.delivered()).containsExactly(0L, 1L, 2L);
    assertThat(result.failure()).isNull();
  }

  @Test
  void what_follows_a_failed_event_of_the_same_key_is_sent_again_and_other_keys_are_not() {
    OutboxBatch.Result result =
        batch("a1", "b1", "a2", "b2").result(Arrays.asList(null, REFUSED, null, null));
    assertThat(result.delivered()).containsExactly(0L, 2L);
    assertThat(result.failure()).isSameAs(REFUSED);
  }

  @Test
  void the_first_of_several_failures_is_reported() {
    OutboxBatch.Result result =
        batch("a1", "b1").result(Arrays.asList(REFUSED, new Exception("later")));
    assertThat(result.delivered()).isEmpty();
    assertThat(result.failure()).isSameAs(REFUSED);
  }
}

package org.p3s.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobAdjusted;
import org.p3s.monitor.SampleEvents;

class OneEventPerKeyTest {

  private static JobAdjusted priority(String job, int priority) {
    return new JobAdjusted(UUID.fromString(job), null, priority, null, SampleEvents.NOW);
  }

  @Test
  void events_are_in_the_order_of_their_keys_and_one_of_each_key_is_chosen() {
    String low = "00000000-0000-4000-8000-000000000001";
    String high = "ffffffff-0000-4000-8000-000000000001";
    List<JobAdjusted> chosen =
        OneEventPerKey.of(
            List.of(priority(high, 1), priority(low, 2), priority(high, 3)),
            JobAdjusted::job,
            (earlier, later) -> later);
    assertThat(chosen).containsExactly(priority(low, 2), priority(high, 3));
  }
}

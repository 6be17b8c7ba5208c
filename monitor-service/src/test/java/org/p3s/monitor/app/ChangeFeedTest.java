package org.p3s.monitor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.p3s.monitor.SampleEvents.fileArrived;
import static org.p3s.monitor.SampleEvents.jobDefined;
import static org.p3s.monitor.SampleEvents.pilotHeartbeat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;

class ChangeFeedTest {

  private final ChangeFeed feed = new ChangeFeed();
  private final List<Set<String>> received = new CopyOnWriteArrayList<>();

  @Test
  void changes_of_half_a_second_are_reported_once_and_by_kind() {
    feed.changes().subscribe().with(received::add);
    for (int i = 0; i < 100; i++) {
      feed.publish(List.of(jobDefined(Ids.next()).build(), fileArrived(Ids.next()).build()));
    }
    await().until(() -> !received.isEmpty());
    assertThat(received).containsExactly(Set.of("job", "file"));
  }

  @Test
  void later_changes_are_reported_again() {
    feed.changes().subscribe().with(received::add);
    feed.publish(List.of(jobDefined(Ids.next()).build()));
    await().until(() -> received.size() == 1);
    feed.publish(List.of(pilotHeartbeat(Ids.next()).build()));
    await().until(() -> received.size() == 2);
    assertThat(received).containsExactly(Set.of("job"), Set.of("pilot"));
  }
}

package org.p3s.broker.app;

import java.util.List;
import java.util.Set;
import org.p3s.broker.domain.SlotRequest;

/**
 * The polls for which one claim looks for jobs. When the claim ends, each is answered or waits on.
 *
 * @param dueKinds the kinds of slot requests that are among them because the queue changed
 * @param cacheVersion the version of the {@link NoMatchCache} when they were taken
 */
record ClaimBatch(List<PendingPoll> polls, Set<SlotRequest.Kind> dueKinds, long cacheVersion) {

  List<SlotRequest> requests() {
    return polls.stream().map(poll -> poll.request).toList();
  }

  boolean isEmpty() {
    return polls.isEmpty();
  }
}

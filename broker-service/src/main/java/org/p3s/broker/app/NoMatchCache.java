package org.p3s.broker.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.SlotRequest;

/**
 * Remembers for which kinds of slot requests a claim found no job, and which slots were informed of
 * that, so that they cause no further claim. Every change of the queue clears the cache. If this
 * replica misses a change that another one made, a request waits for one more period of the sweep,
 * as a request that was there before does.
 */
@ApplicationScoped
public class NoMatchCache {

  private static final int MOST_SLOTS = 20_000;
  private static final int MOST_KINDS = 1_000;

  /** A pilot that lives longer by less than this gets no job that the other pilot did not get. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final Map<SlotRequest.Kind, Instant> pilotEnds = new HashMap<>();
  private final Map<SlotRequest.SlotId, Long> informed =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SlotRequest.SlotId, Long> eldest) {
          return size() > MOST_SLOTS;
        }
      };
  private long version;

  /** The version to read before a claim, and to pass with what the claim found. */
  synchronized long version() {
    return version;
  }

  /** The queue changed: any request may match a job now. */
  synchronized void clear() {
    version++;
    pilotEnds.clear();
  }

  /** A claim that began at that version found no job for the request. */
  synchronized void noMatchFound(SlotRequest request, long claimVersion) {
    if (claimVersion == version
        && (pilotEnds.size() < MOST_KINDS || pilotEnds.containsKey(request.kind()))) {
      pilotEnds.merge(
          request.kind(), pilotEnd(request.pilotEndsAt()), (a, b) -> a.isAfter(b) ? a : b);
    }
  }

  /** True if it is known that a claim for the request would find nothing. */
  synchronized boolean hasNoMatchFor(SlotRequest request) {
    Instant triedUntil = pilotEnds.get(request.kind());
    return triedUntil != null && !pilotEnd(request.pilotEndsAt()).minus(SLACK).isAfter(triedUntil);
  }

  /** The slot holds no job, and was informed at that version that there is none for it. */
  synchronized void informed(SlotRequest.SlotId slot, long atVersion) {
    informed.put(slot, atVersion);
  }

  /** The slot got a job. */
  synchronized void forget(SlotRequest.SlotId slot) {
    informed.remove(slot);
  }

  /** True if the slot was informed, and this is still valid; true only once for each time. */
  synchronized boolean takeInformed(SlotRequest.SlotId slot) {
    Long atVersion = informed.remove(slot);
    return atVersion != null && atVersion == version;
  }

  private static Instant pilotEnd(@Nullable Instant end) {
    return end == null ? Instant.MAX : end;
  }
}

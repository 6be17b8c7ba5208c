package org.p3s.broker.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Seat;

/**
 * What is known not to be in the queue, so that nobody asks again for it: the kinds of seats for
 * which a claim found nothing, and the slots that were told so. A change of the queue ends all of
 * it. A change that this replica does not hear of costs a sweep's period, as for a seat that waits
 * already.
 */
@ApplicationScoped
public class KnownEmpty {

  private static final int MOST_SLOTS = 20_000;
  private static final int MOST_KINDS = 1_000;

  /** A life that is longer by less than this fits no job that the shorter one did not. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final Map<Seat.Kind, Instant> lives = new HashMap<>();
  private final Map<Seat.Key, Long> told =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Seat.Key, Long> eldest) {
          return size() > MOST_SLOTS;
        }
      };
  private long version;

  /** To be read before a claim and given with what it found. */
  synchronized long version() {
    return version;
  }

  /** Something may be there now. */
  synchronized void changed() {
    version++;
    lives.clear();
  }

  /** A claim that began at a version had nothing for the seat. */
  synchronized void nothingFor(Seat seat, long seen) {
    if (seen == version && (lives.size() < MOST_KINDS || lives.containsKey(seat.kind()))) {
      lives.merge(seat.kind(), life(seat.until()), (a, b) -> a.isAfter(b) ? a : b);
    }
  }

  /** True if a claim for the seat would find nothing, as far as is known. */
  synchronized boolean isEmptyFor(Seat seat) {
    Instant looked = lives.get(seat.kind());
    return looked != null && !life(seat.until()).minus(SLACK).isAfter(looked);
  }

  /** The slot holds nothing and was told at a version that there is nothing for it. */
  synchronized void told(Seat.Key slot, long seen) {
    told.put(slot, seen);
  }

  /** The slot was given something. */
  synchronized void forget(Seat.Key slot) {
    told.remove(slot);
  }

  /** True if the slot was told so, and that still holds; true only once. */
  synchronized boolean wasTold(Seat.Key slot) {
    Long seen = told.remove(slot);
    return seen != null && seen == version;
  }

  private static Instant life(@Nullable Instant until) {
    return until == null ? Instant.MAX : until;
  }
}

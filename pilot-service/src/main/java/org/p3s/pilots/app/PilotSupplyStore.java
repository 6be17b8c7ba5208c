package org.p3s.pilots.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.domain.PilotSupply;
import org.p3s.platform.outbox.Tx;

/** What is stored about the starts of pilots at sites that have a provider. */
public interface PilotSupplyStore {

  /**
   * A site and its pilots.
   *
   * @param provider the name of its provider
   * @param floor how many pilots there should be
   * @param alive how many pilots have registered and not ended
   */
  record SiteSupply(
      String site,
      String provider,
      int floor,
      int alive,
      List<PilotSupply.Start> starts,
      PilotSupply.Failures failures) {}

  /** The names of the sites with a provider whose {@code pilotperiod} has passed. */
  Uni<List<String>> dueSites(Instant now);

  /**
   * Locks a site until the end of the transaction, and reads it.
   *
   * @return null if another replica has the lock, or if the site is no longer due
   */
  Uni<@Nullable SiteSupply> lockIfDue(Tx tx, String site, Instant now);

  /** Stores that a site was checked, with its failures in a row. */
  Uni<Void> storeCheck(Tx tx, String site, PilotSupply.Failures failures, Instant now);

  /** Stores the starts of pilots. */
  Uni<Void> addStarts(Tx tx, String site, Collection<String> ids, Instant now);

  /** Forgets starts that have succeeded or failed. */
  Uni<Void> removeStarts(Tx tx, String site, Collection<String> ids);
}

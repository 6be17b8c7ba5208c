package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.platform.outbox.Tx;

/**
 * The claim: which waiting job goes to which slot request. The rules and the order are in the SQL
 * function {@code claim_jobs} ({@code R__claim.sql}).
 */
public interface ClaimStore {

  /** Gives waiting jobs to slot requests, the best jobs first, by one statement for all. */
  Uni<List<ClaimResult>> claim(
      Tx tx, List<SlotRequest> requests, FairShare share, Instant now, Instant confirmBy);
}

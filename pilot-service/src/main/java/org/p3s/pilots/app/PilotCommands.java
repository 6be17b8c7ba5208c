package org.p3s.pilots.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotCommand;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;

/** Stores the commands of operators; a pilot gets its command with its next heartbeat. */
@ApplicationScoped
public class PilotCommands {

  private final PilotStore store;
  private final Outbox outbox;
  private final ServiceLog log;
  private final InstantSource clock;

  PilotCommands(PilotStore store, Outbox outbox, ServiceLog log, InstantSource clock) {
    this.store = store;
    this.outbox = outbox;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Stores a command for the living pilots chosen, and returns how many get it. A pilot that is to
   * stop does not get the weaker command to drain.
   *
   * @param user who gives the command, for the service log
   */
  public Uni<Integer> send(PilotSelection selection, PilotCommand command, String user) {
    return outbox
        .transact(
            tx ->
                store
                    .command(tx, selection, command)
                    .invoke(
                        chosen ->
                            chosen.forEach(
                                pilot ->
                                    tx.emit(
                                        PilotEvents.of(
                                            pilot, PilotHeartbeat.Kind.STATE, clock.instant())))))
        .map(List<Pilot>::size)
        .invoke(n -> log.info(user + " asked " + n + " pilots to " + command.text()));
  }
}

package org.p3s.standalone.system;

import java.io.IOException;
import java.time.Duration;

/** What may happen between two steps of a lease. */
enum Fault {
  /** The pilot says no word more. */
  PILOT_DIES,
  /** The broker ends by kill -9. */
  BROKER_KILLED,
  /** The pilot service ends by kill -9. */
  PILOT_SERVICE_KILLED,
  /** PostgreSQL ends in order: sessions are broken off, the server comes back. */
  POSTGRES_RESTARTED,
  /** PostgreSQL ends by kill -9 and recovers from its log. */
  POSTGRES_KILLED,
  /** PostgreSQL lives, every connection to it is cut, twice. */
  CONNECTIONS_CUT,
  /** PostgreSQL is away for longer than a claim may go unconfirmed. */
  POSTGRES_AWAY,
  /** The broker stands still for longer than a claim may go unconfirmed. */
  BROKER_STALLS,
  /** The pilot service stands still for longer than these pilots may be silent. */
  PILOT_SERVICE_STALLS;

  /** It concerns the signs of life, so that payloads are to run until it is over. */
  boolean isOfBeats() {
    return this == PILOT_SERVICE_KILLED || this == PILOT_SERVICE_STALLS;
  }

  /** Happens; returns at once where somebody else brings the component back. */
  void strike(Machine machine) throws IOException, InterruptedException {
    switch (this) {
      case PILOT_DIES -> {}
      case BROKER_KILLED -> machine.signal("KILL", "broker-service");
      case PILOT_SERVICE_KILLED -> machine.signal("KILL", "pilot-service");
      case POSTGRES_RESTARTED -> machine.signal("INT", "postgres");
      case POSTGRES_KILLED -> machine.signal("KILL", "postgres");
      case CONNECTIONS_CUT -> {
        machine.cutConnections();
        Thread.sleep(100);
        machine.cutConnections();
      }
      case POSTGRES_AWAY -> machine.takeAway("postgres", Duration.ofSeconds(7));
      case BROKER_STALLS -> machine.stall("broker-service", Duration.ofSeconds(7));
      case PILOT_SERVICE_STALLS -> machine.stall("pilot-service", Duration.ofMillis(4_300));
    }
  }
}

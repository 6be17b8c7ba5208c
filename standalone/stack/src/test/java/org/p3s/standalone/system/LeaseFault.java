package org.p3s.standalone.system;

import java.io.IOException;
import java.time.Duration;

/** Faults that a test injects between two steps of a lease. */
enum LeaseFault {
  /** The pilot sends nothing any more. */
  PILOT_DIES,
  /** The broker is killed (SIGKILL). */
  BROKER_KILLED,
  /** The pilot service is killed (SIGKILL). */
  PILOT_SERVICE_KILLED,
  /** PostgreSQL is stopped (fast shutdown); the supervisor starts it again. */
  POSTGRES_RESTARTED,
  /** PostgreSQL is killed (SIGKILL) and recovers from its log. */
  POSTGRES_KILLED,
  /** Every connection to PostgreSQL is closed, twice; the server runs on. */
  CONNECTIONS_CUT,
  /** PostgreSQL is stopped for longer than a claim may stay unconfirmed. */
  POSTGRES_DOWN,
  /** The broker is suspended for longer than a claim may stay unconfirmed. */
  BROKER_STALLS,
  /** The pilot service is suspended for longer than these pilots may send no heartbeat. */
  PILOT_SERVICE_STALLS;

  /** True if the fault stops heartbeats, so that the payloads must run until it is over. */
  boolean stopsHeartbeats() {
    return this == PILOT_SERVICE_KILLED || this == PILOT_SERVICE_STALLS;
  }

  /** Injects the fault; returns at once if the supervisor ends it by a restart. */
  void inject(FaultInjector faults) throws IOException, InterruptedException {
    switch (this) {
      case PILOT_DIES -> {}
      case BROKER_KILLED -> faults.signal("KILL", "broker-service");
      case PILOT_SERVICE_KILLED -> faults.signal("KILL", "pilot-service");
      case POSTGRES_RESTARTED -> faults.signal("INT", "postgres");
      case POSTGRES_KILLED -> faults.signal("KILL", "postgres");
      case CONNECTIONS_CUT -> {
        faults.closeDatabaseConnections();
        Thread.sleep(100);
        faults.closeDatabaseConnections();
      }
      case POSTGRES_DOWN -> faults.killAndKeepDown("postgres", Duration.ofSeconds(7));
      case BROKER_STALLS -> faults.suspend("broker-service", Duration.ofSeconds(7));
      case PILOT_SERVICE_STALLS -> faults.suspend("pilot-service", Duration.ofMillis(4_300));
    }
  }
}

package org.p3s.monitor.app;

/** How many records the services could not use and put on their dead-letter topics. */
public interface DeadLetterCount {

  /** The number at the last count, of all services; 0 before the first count. */
  long lastCount();
}

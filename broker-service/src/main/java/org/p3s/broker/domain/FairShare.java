package org.p3s.broker.domain;

import java.util.Locale;

/** Among whom the jobs of one priority are shared out evenly. */
public enum FairShare {
  /** Nobody: the nearest deadline first, then the oldest. */
  NONE,
  /** Users: the next job is of the user whose jobs pilots hold fewest of. */
  USER,
  /** Job types, likewise. */
  JOBTYPE;

  /** The spelling of configuration and database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

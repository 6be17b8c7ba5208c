package org.p3s.broker.domain;

import java.util.Locale;

/** Among whom the jobs of one priority are shared out evenly. */
public enum FairShare {
  /** There are no shares: the nearest deadline goes first, then the oldest job. */
  NONE,
  /** Each user is a share: the next job is of the user whose jobs pilots hold fewest of. */
  USER,
  /** Each job type is a share. */
  JOBTYPE;

  /** The spelling in the configuration and in SQL. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

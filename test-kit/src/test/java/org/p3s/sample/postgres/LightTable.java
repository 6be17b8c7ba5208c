package org.p3s.sample.postgres;

import org.p3s.sample.domain.LightState;

/** Breaks a rule: an adapter is public. */
public final class LightTable {

  public void store(LightState state) {
    // Nothing is stored: this is a sample for the rules of the layout.
  }
}

package org.p3s.sample.domain;

import java.util.EnumSet;
import java.util.Set;
import org.p3s.sample.app.SwitchLight;

/** Breaks two rules: the domain uses app, and nobody asks its successors. */
public enum LightState {
  ON,
  OFF;

  public static final Class<?> USE_CASE = SwitchLight.class;

  public Set<LightState> successors() {
    return EnumSet.allOf(LightState.class);
  }
}

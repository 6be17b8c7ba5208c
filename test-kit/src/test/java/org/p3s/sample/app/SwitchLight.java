package org.p3s.sample.app;

import org.p3s.sample.domain.LightState;
import org.p3s.sample.postgres.LightTable;

/** Breaks two rules: app uses an adapter, and there is a cycle of packages. */
public final class SwitchLight {

  private final LightTable table = new LightTable();

  public void on() {
    table.store(LightState.ON);
  }
}

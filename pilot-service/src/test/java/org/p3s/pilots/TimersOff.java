package org.p3s.pilots;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The periodic checks of the service do not run by themselves: the tests call them. */
public class TimersOff implements QuarkusTestProfile {

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("pilots.sweep", "1h", "pilots.supply.sweep", "1h");
  }
}

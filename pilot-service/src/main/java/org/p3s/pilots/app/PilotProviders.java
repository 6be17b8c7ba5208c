package org.p3s.pilots.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The providers of pilots that this service has, by name. */
@ApplicationScoped
public class PilotProviders {

  private final Map<String, PilotProvider> byName = new TreeMap<>();

  PilotProviders(Instance<PilotProvider> providers) {
    providers.forEach(provider -> byName.put(provider.name(), provider));
  }

  /** The provider of that name, or null. */
  public @Nullable PilotProvider find(String name) {
    return byName.get(name);
  }

  /** The names in alphabetical order. */
  public Collection<String> names() {
    return Collections.unmodifiableCollection(byName.keySet());
  }
}

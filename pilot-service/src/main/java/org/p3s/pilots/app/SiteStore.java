package org.p3s.pilots.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.domain.Site;

/** Where sites are stored. */
public interface SiteStore {

  /** Sites by name, those after a name. */
  Uni<List<Site>> list(String after, int limit);

  /** The site of that name, or null. */
  Uni<@Nullable Site> find(String name);

  /** Adds a site; false, and nothing is changed, if there is one of that name. */
  Uni<Boolean> add(Site site);

  /** Adds a site, or replaces the one of that name; true if there was one. */
  Uni<Boolean> replace(Site site);

  /** Removes a site; false if there was none. */
  Uni<Boolean> remove(String name);
}

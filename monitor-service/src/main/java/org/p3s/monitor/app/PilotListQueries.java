package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;

/** Questions about pilots. A row is a map from the API's field names, in their order. */
public interface PilotListQueries {

  /** Which pilots are wanted; a condition that is null excludes none. */
  record Filter(@Nullable String state, @Nullable String site) {}

  Uni<Page<Map<String, @Nullable Object>>> list(Filter filter, PageRequest page);
}

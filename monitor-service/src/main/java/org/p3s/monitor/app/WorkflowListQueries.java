package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;

/** Questions about workflows. A row is a map from the API's field names, in their order. */
public interface WorkflowListQueries {

  /** Which workflows are wanted; a condition that is null excludes none. */
  record Filter(@Nullable String state, @Nullable String dag, @Nullable String name) {}

  Uni<Page<Map<String, @Nullable Object>>> list(Filter filter, PageRequest page);

  Uni<Optional<Map<String, @Nullable Object>>> find(UUID workflow);
}

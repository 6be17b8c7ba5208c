package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;

/** Questions about jobs. A row is a map from the API's field names, in their order. */
public interface JobListQueries {

  Uni<Page<Map<String, @Nullable Object>>> list(JobFilter filter, PageRequest page);

  /** A job with the last part of its output. */
  Uni<Optional<Map<String, @Nullable Object>>> find(UUID job);
}

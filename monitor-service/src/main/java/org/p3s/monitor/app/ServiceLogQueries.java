package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;

/** Questions about the service log. A row is a map from the API's field names, in their order. */
public interface ServiceLogQueries {

  /**
   * Lists lines of the log.
   *
   * @param service the name of the service that wrote them; null: of all
   */
  Uni<Page<Map<String, @Nullable Object>>> list(@Nullable String service, PageRequest page);
}

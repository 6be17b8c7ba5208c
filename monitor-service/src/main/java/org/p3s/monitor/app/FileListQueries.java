package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Page;

/** Questions about data files. A row is a map from the API's field names, in their order. */
public interface FileListQueries {

  /** Which files are wanted; a condition that is null excludes none. */
  record Filter(@Nullable String state, @Nullable String watch) {}

  Uni<Page<Map<String, @Nullable Object>>> list(Filter filter, PageRequest page);
}

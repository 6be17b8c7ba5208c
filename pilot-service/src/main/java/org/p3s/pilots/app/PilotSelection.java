package org.p3s.pilots.app;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which pilots a request is about; all conditions must hold, null or an empty list is none. */
public record PilotSelection(
    List<UUID> uuids, @Nullable String site, @Nullable String host, @Nullable String state) {

  public static PilotSelection of(UUID uuid) {
    return new PilotSelection(List.of(uuid), null, null, null);
  }

  public boolean isEmpty() {
    return uuids.isEmpty() && site == null && host == null && state == null;
  }
}

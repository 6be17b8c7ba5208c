package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A data quality result, from a payload's {@code dqm.json} or posted by a tool.
 *
 * @param type what was measured, for instance purity
 * @param values numbers and texts by name, as the payload wrote them
 * @param limits by value name: {@code {"min": .., "max": ..}}; null if there are none
 * @param job the job whose payload left the result; null if a tool posted it
 * @param ts when the result was reported
 */
public record DqmResult(
    UUID id,
    long run,
    @Nullable Long subrun,
    String type,
    Map<String, Object> values,
    @Nullable Map<String, Object> limits,
    @Nullable UUID job,
    @Nullable UUID wfuuid,
    Instant ts)
    implements Event {
  public DqmResult {
    requireNonNull(id, "id");
    requireNonNull(type, "type");
    requireNonNull(values, "values");
    requireNonNull(ts, "ts");
  }

  @Override
  public String key() {
    return Long.toString(run);
  }
}

package org.p3s.pilot.job;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request for the next job of one slot: the body of a long poll, and the field {@code next} of
 * a finish report.
 *
 * @param request the id of the request; it stays the same when the request is repeated
 * @param remainingSeconds how long the pilot still lives, null if there is no limit
 */
public record NextJobRequest(
    String request,
    int slot,
    String site,
    Map<String, String> labels,
    @Nullable Long remainingSeconds) {

  public Map<String, @Nullable Object> body() {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("request", request);
    body.put("slot", slot);
    body.put("site", site);
    body.put("labels", labels);
    body.put("remaining_s", remainingSeconds);
    return body;
  }
}

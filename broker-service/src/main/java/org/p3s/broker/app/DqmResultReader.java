package org.p3s.broker.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.Text;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Ids;

/**
 * Reads the results in a payload's {@code dqm.json}: {@code [{type, values{}, run?, subrun?,
 * limits{}?}]}. Entries of another form are skipped and named; they do not spoil the report that
 * they came with.
 */
final class DqmResultReader {

  private static final int MOST_RESULTS = 1_000;

  /** The results, and what is wrong with the entries that were skipped. */
  record Read(List<DqmResult> results, List<String> skipped) {}

  /**
   * @param problem why the pilot could not send all of it, null if it could
   */
  static Read read(@Nullable JsonNode dqm, @Nullable String problem, Job job, Instant at) {
    List<DqmResult> results = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    if (problem != null) {
      skipped.add(problem);
    }
    if (dqm == null || dqm.isNull() || dqm.isMissingNode()) {
      return new Read(results, skipped);
    }
    if (!dqm.isArray()) {
      skipped.add("it is not a list");
      return new Read(results, skipped);
    }
    for (int i = 0; i < dqm.size() && i < MOST_RESULTS; i++) {
      try {
        results.add(entry(dqm.get(i), job, at));
      } catch (IllegalArgumentException e) {
        skipped.add("/" + i + " " + e.getMessage());
      }
    }
    if (dqm.size() > MOST_RESULTS) {
      skipped.add("all after the first " + MOST_RESULTS);
    }
    return new Read(results, skipped);
  }

  private static DqmResult entry(JsonNode entry, Job job, Instant at) {
    if (!entry.isObject()) {
      throw new IllegalArgumentException("is not an object");
    }
    JsonNode type = entry.path("type");
    if (!type.isTextual() || type.textValue().isBlank()) {
      throw new IllegalArgumentException("has no type");
    }
    Map<String, Object> values = object(entry.path("values"));
    if (values == null || values.isEmpty()) {
      throw new IllegalArgumentException("has no values");
    }
    Long run = number(entry, "run", job.run());
    if (run == null) {
      throw new IllegalArgumentException("has no run, and neither has its job");
    }
    return new DqmResult(
        Ids.next(),
        run,
        number(entry, "subrun", job.subrun()),
        String.valueOf(Text.withoutNul(type.textValue())),
        values,
        object(entry.path("limits")),
        job.uuid(),
        job.wfuuid(),
        at);
  }

  private static @Nullable Long number(JsonNode entry, String name, @Nullable Long otherwise) {
    JsonNode number = entry.path(name);
    if (number.isMissingNode() || number.isNull()) {
      return otherwise;
    }
    if (!number.canConvertToExactIntegral() || !number.canConvertToLong()) {
      throw new IllegalArgumentException("has a " + name + " that is not a whole number");
    }
    return number.longValue();
  }

  private static @Nullable Map<String, Object> object(JsonNode node) {
    return node.isObject() ? members(node) : null;
  }

  private static Map<String, Object> members(JsonNode object) {
    Map<String, Object> result = new LinkedHashMap<>();
    object
        .fields()
        .forEachRemaining(
            field -> {
              Object value = plain(field.getValue());
              if (value != null) {
                result.put(String.valueOf(Text.withoutNul(field.getKey())), value);
              }
            });
    return result;
  }

  private static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      return members(node);
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(
          item -> {
            Object value = plain(item);
            if (value != null) {
              items.add(value);
            }
          });
      return items;
    }
    if (node.isTextual()) {
      return Text.withoutNul(node.textValue());
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isNumber() ? node.numberValue() : null;
  }

  private DqmResultReader() {}
}

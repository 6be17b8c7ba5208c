package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/**
 * Reads a job file of the old system or ours: an object or a list of objects. Every scalar may be a
 * string. All faults are collected, each with its JSON pointer.
 */
final class JobFile {

  private static final long YEAR = 31_536_000;
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "timeout",
          "timelimit",
          "jobtype",
          "payload",
          "params",
          "priority",
          "state",
          "env",
          "infile",
          "site",
          "staleafter",
          "maxattempts",
          "requirements",
          "user");

  private final String user;
  private final Instant now;
  private final List<Problem.Item> faults = new ArrayList<>();

  private JobFile(String user, Instant now) {
    this.user = user;
    this.now = now;
  }

  /** All jobs of the file, or a problem that names every fault. */
  static List<Job> read(@Nullable JsonNode file, String user, Instant now, int most) {
    if (file == null || !(file.isArray() || file.isObject())) {
      throw ProblemException.invalid("/", "a job file is a list of jobs, or one job");
    }
    JobFile reader = new JobFile(user, now);
    List<Job> jobs = new ArrayList<>();
    if (file.isObject()) {
      jobs.add(reader.job(file, ""));
    } else {
      if (file.isEmpty()) {
        throw ProblemException.invalid("/", "the list of jobs is empty");
      }
      if (file.size() > most) {
        throw ProblemException.invalid("/", "at most " + most + " jobs in one request");
      }
      for (int i = 0; i < file.size(); i++) {
        jobs.add(reader.job(file.get(i), "/" + i));
      }
    }
    if (!reader.faults.isEmpty()) {
      Problem.Item first = reader.faults.get(0);
      throw new ProblemException(
          Problem.VALIDATION_FAILED, first.pointer() + ": " + first.detail(), reader.faults);
    }
    return jobs;
  }

  private Job job(JsonNode json, String at) {
    if (!json.isObject()) {
      fault(at, "a job is an object");
    }
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                fault(
                    at + "/" + key,
                    "a job has no such key; it may have " + KEYS.stream().sorted().toList());
              }
            });
    String payload = text(json, at, "payload", "");
    if (payload.isBlank()) {
      fault(at + "/payload", "a job needs a payload");
    }
    long timelimit =
        json.has("timelimit")
            ? number(json, at, "timelimit", 1000, 1, YEAR)
            : number(json, at, "timeout", 1000, 1, YEAR);
    String state = text(json, at, "state", "defined");
    if (!state.equals("defined") && !state.equals("template")) {
      fault(at + "/state", "a job starts as defined or template, not '" + state + "'");
    }
    long stale = number(json, at, "staleafter", 0, 0, YEAR);
    return new Job(
        Ids.next(),
        null,
        null,
        text(json, at, "name", ""),
        text(json, at, "jobtype", "default"),
        payload,
        nullable(json, at, "params"),
        strings(json, at, "env"),
        nullable(json, at, "infile"),
        (int) number(json, at, "priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
        timelimit,
        1,
        (int) number(json, at, "maxattempts", 1, 1, 100),
        user,
        nullable(json, at, "site"),
        null,
        false,
        "stop",
        strings(json, at, "requirements"),
        List.of(),
        List.of(),
        stale == 0 ? null : stale,
        null,
        null,
        false,
        List.<UUID>of(),
        state.equals("template") ? JobState.TEMPLATE : JobState.DEFINED,
        now);
  }

  private @Nullable String nullable(JsonNode json, String at, String key) {
    String value = text(json, at, key, "");
    return value.isEmpty() ? null : value;
  }

  private String text(JsonNode json, String at, String key, String otherwise) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isValueNode()) {
      fault(at + "/" + key, "is a text, not " + value.getNodeType());
      return otherwise;
    }
    return value.asText();
  }

  private long number(JsonNode json, String at, String key, long otherwise, long least, long most) {
    String value = text(json, at, key, "").strip();
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with the range.
    }
    fault(
        at + "/" + key,
        "is a whole number from " + least + " to " + most + ", not '" + value + "'");
    return otherwise;
  }

  private Map<String, String> strings(JsonNode json, String at, String key) {
    JsonNode value = json.get(key);
    Map<String, String> map = new LinkedHashMap<>();
    if (value == null || value.isNull()) {
      return map;
    }
    if (!value.isObject()) {
      fault(at + "/" + key, "is an object of strings");
      return map;
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!entry.getValue().isValueNode()) {
        fault(
            at + "/" + key + "/" + entry.getKey(),
            "is a text, not " + entry.getValue().getNodeType());
      }
      map.put(entry.getKey(), entry.getValue().asText());
    }
    return map;
  }

  private void fault(String pointer, String detail) {
    faults.add(Problem.Item.at(pointer.isEmpty() ? "/" : pointer, detail));
  }
}

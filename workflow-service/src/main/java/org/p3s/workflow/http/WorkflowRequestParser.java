package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.domain.FileInfo;
import org.p3s.workflow.domain.JobInfo;
import org.p3s.workflow.domain.WorkflowRequest;
import org.p3s.workflow.domain.WorkflowRequestBuilder;

/** Parses a request for a workflow; it may contain the file info and job info of the old system. */
final class WorkflowRequestParser {

  /** Seconds. */
  private static final long YEAR = 31_536_000;

  private static final Set<String> KEYS =
      Set.of(
          "dag",
          "name",
          "files",
          "jobs",
          "state",
          "priority",
          "staleafter",
          "run",
          "subrun",
          "description",
          "user");
  private static final Set<String> FILE_KEYS = Set.of("name", "dirpath", "comment");
  private static final Set<String> JOB_KEYS =
      Set.of("payload", "env", "priority", "timelimit", "timeout");

  /** A request, and the name of its template. */
  record Parsed(String dag, WorkflowRequest request) {}

  private final JsonNode json;
  private final List<ProblemItem> faults = new ArrayList<>();

  private WorkflowRequestParser(JsonNode json) {
    this.json = json;
  }

  static Parsed parse(@Nullable JsonNode json, String user, Instant now) {
    if (json == null || !json.isObject()) {
      throw ProblemException.invalid("/", "a workflow is asked for by an object with a dag");
    }
    return new WorkflowRequestParser(json).parse(user, now);
  }

  private Parsed parse(String user, Instant now) {
    RequestFields fields = new RequestFields(json, "", KEYS, "a workflow", faults);
    String dag = fields.text("dag", "");
    if (dag.isBlank()) {
      fields.fault("/dag", "names the DAG to make a workflow of");
    }
    String state = fields.text("state", "defined");
    if (!state.equals("defined") && !state.equals("template")) {
      fields.fault("/state", "is defined or template, not '" + state + "'");
    }
    Long priority = fields.numberOrNull("priority", Integer.MIN_VALUE, Integer.MAX_VALUE);
    WorkflowRequest request =
        WorkflowRequestBuilder.builder()
            .name(fields.textOrNull("name"))
            .naming(naming())
            .files(files())
            .jobs(jobs())
            .start(state.equals("defined"))
            .priority(priority == null ? null : (Integer) priority.intValue())
            .staleafter(fields.numberOrNull("staleafter", 1, YEAR))
            .run(fields.numberOrNull("run", 0, Long.MAX_VALUE))
            .subrun(fields.numberOrNull("subrun", 0, Long.MAX_VALUE))
            .user(user)
            .requestedAt(now)
            .build();
    RequestFields.refuse(faults);
    return new Parsed(dag, request);
  }

  // The client of the old system could send one word instead of file infos.
  private @Nullable String naming() {
    JsonNode files = json.get("files");
    if (files == null || !files.isTextual() || files.textValue().isBlank()) {
      return null;
    }
    String word = files.textValue();
    if (!word.equals("sticky") && !(word.startsWith("inherit:") && word.length() > 8)) {
      faults.add(
          ProblemItem.at("/files", "is an object by edge, or sticky, or inherit:X, not " + word));
    }
    if (!RequestFields.storable(word)) {
      faults.add(ProblemItem.at("/files", RequestFields.UNSTORABLE));
    }
    return word;
  }

  private Map<String, FileInfo> files() {
    Map<String, FileInfo> files = new LinkedHashMap<>();
    objects("files")
        .forEach(
            (edge, info) -> {
              String at = "/files/" + RequestFields.escaped(edge);
              RequestFields fields = new RequestFields(info, at, FILE_KEYS, "a file info", faults);
              files.put(
                  edge,
                  new FileInfo(
                      fields.textOrNull("name"),
                      fields.textOrNull("dirpath"),
                      fields.textOrNull("comment")));
            });
    return files;
  }

  private Map<String, JobInfo> jobs() {
    Map<String, JobInfo> jobs = new LinkedHashMap<>();
    objects("jobs")
        .forEach(
            (node, info) -> {
              String at = "/jobs/" + RequestFields.escaped(node);
              RequestFields fields = new RequestFields(info, at, JOB_KEYS, "a job info", faults);
              Long priority = fields.numberOrNull("priority", Integer.MIN_VALUE, Integer.MAX_VALUE);
              String limit = fields.has("timelimit") ? "timelimit" : "timeout";
              jobs.put(
                  node,
                  new JobInfo(
                      fields.has("payload") ? fields.text("payload", "") : null,
                      fields.variables("env"),
                      priority == null ? null : (Integer) priority.intValue(),
                      fields.numberOrNull(limit, 1, YEAR)));
            });
    return jobs;
  }

  private Map<String, JsonNode> objects(String key) {
    JsonNode value = json.get(key);
    Map<String, JsonNode> objects = new LinkedHashMap<>();
    if (value == null || value.isNull() || (key.equals("files") && value.isTextual())) {
      return objects;
    }
    if (!value.isObject()) {
      faults.add(ProblemItem.at("/" + key, "is an object, not " + value.getNodeType()));
      return objects;
    }
    value
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNull()) {
                objects.put(entry.getKey(), entry.getValue());
              }
            });
    return objects;
  }
}

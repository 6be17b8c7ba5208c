package org.p3s.contracts;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every event type: its versioned name in the header {@code ce_type}, its topic and its record.
 *
 * <p>A topic may carry several types. {@code workflow-defined} is on the topic {@code
 * workflow-finished}, and {@code job-adjusted} and {@code job-withdrawn} are on {@code
 * job-defined}: Kafka keeps the order only within a topic, and a reader must see the definition of
 * a workflow before its end, and the definition of a job before its change.
 */
public enum EventType {
  FILE_ARRIVED("file-arrived.v1", Topics.FILE_ARRIVED, FileArrived.class),
  JOB_DEFINED("job-defined.v1", Topics.JOB_DEFINED, JobDefined.class),
  JOB_ADJUSTED("job-adjusted.v1", Topics.JOB_DEFINED, JobAdjusted.class),
  JOB_WITHDRAWN("job-withdrawn.v1", Topics.JOB_DEFINED, JobWithdrawn.class),
  JOB_PROGRESS("job-progress.v1", Topics.JOB_PROGRESS, JobProgress.class),
  JOB_FINISHED("job-finished.v1", Topics.JOB_FINISHED, JobFinished.class),
  WORKFLOW_DEFINED("workflow-defined.v1", Topics.WORKFLOW_FINISHED, WorkflowDefined.class),
  WORKFLOW_FINISHED("workflow-finished.v1", Topics.WORKFLOW_FINISHED, WorkflowFinished.class),
  PILOT_HEARTBEAT("pilot-heartbeat.v1", Topics.PILOT_HEARTBEAT, PilotHeartbeat.class),
  DQM_RESULT("dqm-result.v1", Topics.DQM_RESULT, DqmResult.class),
  SERVICE_RECORD("service-record.v1", Topics.SERVICE_RECORD, ServiceRecord.class);

  private static final Map<String, EventType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(t -> t.type, Function.identity()));
  private static final Map<Class<?>, EventType> BY_CLASS =
      Arrays.stream(values()).collect(Collectors.toMap(t -> t.record, Function.identity()));

  private final String type;
  private final String topic;
  private final Class<? extends Event> record;

  EventType(String type, String topic, Class<? extends Event> record) {
    this.type = type;
    this.topic = topic;
    this.record = record;
  }

  /** The value of {@code ce_type}, for instance {@code job-finished.v1}. */
  public String type() {
    return type;
  }

  public String topic() {
    return topic;
  }

  public Class<? extends Event> record() {
    return record;
  }

  /** True if no service waits for it: it may be sent some milliseconds later, with other events. */
  public boolean isDeferrable() {
    return this == JOB_PROGRESS;
  }

  /** The JSON Schema (draft 2020-12) of this type, as a class path resource beside this class. */
  public String schema() {
    return "schema/" + type + ".json";
  }

  public static Optional<EventType> of(String type) {
    return Optional.ofNullable(BY_NAME.get(type));
  }

  public static EventType of(Event event) {
    EventType type = BY_CLASS.get(event.getClass());
    if (type == null) {
      throw new IllegalArgumentException("there is no event type for " + event.getClass());
    }
    return type;
  }
}

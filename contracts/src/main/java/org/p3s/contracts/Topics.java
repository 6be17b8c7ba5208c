package org.p3s.contracts;

import java.util.List;

/** Names of topics. Each has one writer, except {@code dqm-result} and {@code service-record}. */
public final class Topics {

  public static final String FILE_ARRIVED = "file-arrived";
  public static final String JOB_DEFINED = "job-defined";
  public static final String JOB_PROGRESS = "job-progress";
  public static final String JOB_FINISHED = "job-finished";
  public static final String WORKFLOW_FINISHED = "workflow-finished";
  public static final String PILOT_HEARTBEAT = "pilot-heartbeat";
  public static final String DQM_RESULT = "dqm-result";
  public static final String SERVICE_RECORD = "service-record";

  /** Every topic, in the order in which the processing of a file writes to them. */
  public static final List<String> ALL =
      List.of(
          FILE_ARRIVED,
          JOB_DEFINED,
          JOB_PROGRESS,
          JOB_FINISHED,
          WORKFLOW_FINISHED,
          PILOT_HEARTBEAT,
          DQM_RESULT,
          SERVICE_RECORD);

  /** The topic for records that a consumer can't use: {@code job-finished-workflow-service-dlq}. */
  public static String deadLetters(String topic, String service) {
    return topic + "-" + service + "-dlq";
  }

  private Topics() {}
}

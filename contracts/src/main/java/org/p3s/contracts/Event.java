package org.p3s.contracts;

/** A fact on a topic. Events with the same {@link #key()} keep their order. */
public sealed interface Event
    permits FileArrived,
        JobDefined,
        JobAdjusted,
        JobWithdrawn,
        JobProgress,
        JobFinished,
        WorkflowDefined,
        WorkflowFinished,
        PilotHeartbeat,
        DqmResult,
        ServiceRecord {

  /** The Kafka record's key; see {@link EventType} for the topic. */
  String key();
}

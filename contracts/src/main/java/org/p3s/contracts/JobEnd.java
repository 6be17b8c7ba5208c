package org.p3s.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** How a job can end; the state of a {@link JobFinished}. */
public enum JobEnd {
  /** The payload ran and exited, with any exit code. */
  FINISHED,
  /** The payload exceeded its time limit and was stopped; errcode 77. */
  TIMELIMIT,
  /** The pilot was lost while it held the job. */
  PILOT_TIMEOUT,
  /** The payload could not be started: no such program (127), or not executable (126). */
  NONSTARTER,
  /** The pilot was stopped while it held the job. */
  KILLED,
  /** A person, or the end of its workflow, cancelled the job. */
  CANCELLED,
  /** The job was dropped before it was dispatched; the reason says why. */
  DROPPED;

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @JsonCreator
  public static JobEnd of(String json) {
    return Arrays.stream(values())
        .filter(end -> end.json().equals(json))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("this is not an end state of a job: " + json));
  }
}

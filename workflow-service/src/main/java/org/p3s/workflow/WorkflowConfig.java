package org.p3s.workflow;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set of the workflow service; the prefix is {@code workflow}. */
@ConfigMapping(prefix = "workflow")
public interface WorkflowConfig {

  /** Templates. */
  DagLimits dag();

  /** Job files. */
  JobLimits jobs();

  /** Jobs that failed and have attempts left. */
  Retry retry();

  /** Waits before retries; each is twice the one before. */
  interface Retry {
    /** Before the second attempt. */
    @WithDefault("5s")
    Duration first();

    /** Before any attempt. */
    @WithDefault("5m")
    Duration most();
  }

  /** Bounds of a template. */
  interface DagLimits {
    /** Bytes of a GraphML file. */
    @WithDefault("10485760")
    int maxBytes();

    /** Nodes of a template. */
    @WithDefault("10000")
    int maxNodes();
  }

  /** Bounds of a job file. */
  interface JobLimits {
    /** Jobs that one request may make, replicas included. */
    @WithDefault("10000")
    int maxPerRequest();
  }
}

package org.p3s.workflow;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The settings of the workflow service. */
@ConfigMapping(prefix = "workflow")
public interface WorkflowConfig {

  /** Limits of templates. */
  DagLimits dag();

  /** Limits of job files. */
  JobLimits jobs();

  /** Waits before retries. */
  Retry retry();

  /** Waits before retries of failed jobs; each wait is twice as long as the one before. */
  interface Retry {
    /** The wait before the second attempt. */
    @WithDefault("5s")
    Duration first();

    /** The longest wait. */
    @WithDefault("5m")
    Duration most();
  }

  /** Limits of a template. */
  interface DagLimits {
    /** The size of a GraphML file in bytes. */
    @WithDefault("10485760")
    int maxBytes();

    /** The number of nodes. */
    @WithDefault("10000")
    int maxNodes();
  }

  /** Limits of a job file. */
  interface JobLimits {
    /** The number of jobs that one request may make, replicas included. */
    @WithDefault("10000")
    int maxPerRequest();
  }
}

package org.p3s.broker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.p3s.broker.domain.FairShare;

/** The configuration of the broker. */
@ConfigMapping(prefix = "p3s.broker")
public interface BrokerConfig {

  /** How long a pilot has to confirm a job by its start report, before the job is requeued. */
  @WithDefault("5s")
  Duration confirm();

  /** The period of the sweep, which acts on deadlines and finds work that was left over. */
  @WithDefault("1s")
  Duration sweep();

  /** How often waiting jobs are counted for the metrics. */
  @WithDefault("5s")
  Duration count();

  /** How long an ended pilot's uuid is refused; longer than any pilot's token is valid. */
  @WithDefault("7d")
  Duration rememberPilots();

  /**
   * Among whom the jobs of one priority are shared out: none, user or jobtype. The next job is of
   * the share that holds fewest jobs, then of the one that got a job longest ago; within a share
   * the nearest deadline goes first, then the oldest job. The shares of users are only known for
   * jobs that were queued with this setting.
   */
  @WithDefault("none")
  FairShare fairShare();

  LongPoll longPoll();

  Batch batch();

  Log log();

  /** Requests that wait for a job. */
  interface LongPoll {
    /** The longest wait of a request; a longer one is cut to this. */
    @WithDefault("60s")
    Duration maxWait();
  }

  /** How much goes into one statement. */
  interface Batch {
    /** Slot requests in one claim. */
    @WithDefault("256")
    int slotRequests();

    /** Reports that are written together. */
    @WithDefault("256")
    int reports();

    /** Jobs in one step of the sweep. */
    @WithDefault("500")
    int sweep();
  }

  /** The last parts of stdout and stderr. */
  interface Log {
    /** Bytes that are kept of each stream of an attempt. */
    @WithDefault("65536")
    int kept();

    /** Bytes of each stream that are in the event job-finished. */
    @WithDefault("4096")
    int event();
  }
}

package org.p3s.broker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.p3s.broker.domain.FairShare;

/** What can be set about the broker. */
@ConfigMapping(prefix = "p3s.broker")
public interface BrokerConfig {

  /** How long a pilot has to say that a job it was given runs, before it is offered again. */
  @WithDefault("5s")
  Duration confirm();

  /** How often what has no event is looked for: deadlines that passed, work that was left over. */
  @WithDefault("1s")
  Duration sweep();

  /** How often waiting jobs are counted for the metrics. */
  @WithDefault("5s")
  Duration count();

  /** How long an ended pilot's uuid is refused; longer than any pilot's token is valid. */
  @WithDefault("7d")
  Duration rememberPilots();

  /**
   * Among whom jobs of one priority are shared out: none, user or jobtype. The next job is of the
   * one that holds fewest, then of the one that was served longest ago, then goes the nearest
   * deadline, then age. Users are told apart among jobs that are queued from then on.
   */
  @WithDefault("none")
  FairShare fairShare();

  LongPoll longPoll();

  Batch batch();

  Log log();

  /** Requests that wait for a job. */
  interface LongPoll {
    /** The longest wait of a request; who asks for more gets this. */
    @WithDefault("60s")
    Duration maxWait();
  }

  /** How much goes into one statement. */
  interface Batch {
    /** Seats in one claim. */
    @WithDefault("256")
    int seats();

    /** Reports written together. */
    @WithDefault("256")
    int reports();

    /** Jobs in one step of a sweep. */
    @WithDefault("500")
    int sweep();
  }

  /** The last parts of stdout and stderr. */
  interface Log {
    /** Bytes kept of each stream of an attempt. */
    @WithDefault("65536")
    int kept();

    /** Bytes of each stream that travel in job-finished. */
    @WithDefault("4096")
    int event();
  }
}

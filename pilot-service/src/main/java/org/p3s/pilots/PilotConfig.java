package org.p3s.pilots;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The configuration of the pilot service; the prefix is {@code pilots}. Durations have a unit. */
@ConfigMapping(prefix = "pilots")
public interface PilotConfig {

  /** How many heartbeats a pilot may miss before it counts as lost. */
  @WithDefault("4")
  int missedBeats();

  /** The time between two checks for lost pilots. */
  @WithDefault("1s")
  Duration sweep();

  /**
   * How long a pilot's own token is valid. A heartbeat in the second half of this time is answered
   * with a new token.
   */
  @WithDefault("1h")
  Duration tokenLife();

  /** How long ended pilots are kept in the database. */
  @WithDefault("90d")
  Duration retention();

  Supply supply();

  Local local();

  /** How the service keeps the number of pilots at sites that have a provider. */
  interface Supply {

    /** The time between two searches for sites whose {@code pilotperiod} has passed. */
    @WithDefault("1s")
    Duration sweep();

    /**
     * How long a pilot may take from its start to its registration; after that the start counts as
     * failed. Time in the queue of a batch system is part of it.
     */
    @WithDefault("2m")
    Duration startLimit();

    /** The pause at a site after a failed start; each further failure in a row doubles it. */
    @WithDefault("30s")
    Duration firstPause();

    /** The longest pause at a site after failed starts. */
    @WithDefault("15m")
    Duration longestPause();
  }

  /** How the provider {@code local} starts pilots on the machine of this service. */
  interface Local {

    /** The pilot's jar, {@code p3s-pilot.jar}. The provider cannot start pilots without it. */
    Optional<Path> jar();

    /** The program that runs the jar; default: the Java of this service. */
    Optional<Path> java();

    /** The options of the Java virtual machine, with commas in between. */
    @WithDefault(
        "-Xmx48m,-XX:+UseSerialGC,-XX:TieredStopAtLevel=1,-Dfile.encoding=UTF-8,-Dsun.jnu.encoding=UTF-8")
    List<String> options();

    /** The URL at which pilots find this service. */
    @WithDefault("${p3s.urls.pilots}")
    URI server();

    /** The URL at which pilots find the broker. */
    @WithDefault("${p3s.urls.broker}")
    URI broker();

    /** The file with the join token. */
    @WithDefault("${p3s.security.dir}/join.token")
    Path tokenFile();

    /**
     * The directory for the pilots' work directories and logs, with one directory per site; on a
     * local disk.
     */
    @WithDefault(".p3s/local-pilots")
    Path directory();
  }
}

package org.p3s.pilots.batch;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.p3s.contracts.Ids;
import org.p3s.pilots.PilotConfig;
import org.p3s.pilots.app.PilotProvider;
import org.p3s.pilots.app.PilotStartException;

/**
 * Starts pilots as processes on the machine of this service, each in a session of its own, so that
 * they outlive a restart of the service.
 *
 * <p>The pilots of a site run in {@code <pilots.local.directory>/<site>}. Each takes the first work
 * directory there that is free ({@code p3s-work}, {@code p3s-work.2} and so on), and so delivers
 * the reports that another pilot has left there. The log of a pilot is {@code logs/<id>.log}.
 */
@ApplicationScoped
class LocalPilotProvider implements PilotProvider {

  private static final Logger LOG = Logger.getLogger(LocalPilotProvider.class);

  /** How long the provider waits to notice a pilot that ends at once, because of a wrong path. */
  private static final Duration TIME_TO_FAIL = Duration.ofMillis(300);

  /** Settings of this service, which may contain passwords, are not for pilots. */
  private static final List<String> SETTINGS = List.of("P3S_", "PILOTS_", "QUARKUS_", "KAFKA_");

  /** A process that was started. */
  private record Started(String id, Process process, Path log) {}

  private final PilotConfig.Local config;

  @Inject
  LocalPilotProvider(PilotConfig config) {
    this(config.local());
  }

  LocalPilotProvider(PilotConfig.Local config) {
    this.config = config;
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public List<String> start(String site, int count) throws PilotStartException {
    if (count < 1) {
      throw new IllegalArgumentException("count is at least 1, not " + count);
    }
    Path jar = readable("pilots.local.jar", jar());
    Path token = readable("pilots.local.token-file", config.tokenFile());
    List<Started> started = new ArrayList<>();
    try {
      Path directory = config.directory().toAbsolutePath().resolve(site);
      Files.createDirectories(directory.resolve("logs"));
      while (started.size() < count) {
        started.add(startOne(site, directory, jar, token));
      }
    } catch (IOException e) {
      if (started.isEmpty()) {
        throw new PilotStartException("cannot start a pilot: " + e.getMessage(), e);
      }
      LOG.warnf("site %s: only %d of %d pilots started: %s", site, started.size(), count, e);
    }
    return idsOfRunning(started);
  }

  private Path jar() throws PilotStartException {
    return config
        .jar()
        .orElseThrow(
            () -> new PilotStartException("set pilots.local.jar to the path of p3s-pilot.jar"));
  }

  private static Path readable(String key, Path file) throws PilotStartException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new PilotStartException(
          "cannot read " + file.toAbsolutePath() + ", which " + key + " names");
    }
    return file.toAbsolutePath();
  }

  private Started startOne(String site, Path directory, Path jar, Path token) throws IOException {
    String id = "local-" + Ids.next();
    Path log = directory.resolve("logs").resolve(id + ".log");
    List<String> command = new ArrayList<>(List.of("setsid", java()));
    command.addAll(config.options());
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of("--server", config.server().toString()));
    command.addAll(List.of("--broker", config.broker().toString()));
    command.addAll(List.of("--token-file", token.toString()));
    command.addAll(List.of("--site", site));
    command.addAll(List.of("--extra", id));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    removeSettings(builder.environment());
    return new Started(id, builder.start(), log);
  }

  static void removeSettings(Map<String, String> environment) {
    environment.keySet().removeIf(key -> SETTINGS.stream().anyMatch(key::startsWith));
  }

  private String java() {
    return config
        .java()
        // A name alone is looked for on the PATH.
        .map(path -> (path.getNameCount() > 1 ? path.toAbsolutePath() : path).toString())
        .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString());
  }

  private static List<String> idsOfRunning(List<Started> all) throws PilotStartException {
    long deadline = System.nanoTime() + TIME_TO_FAIL.toNanos();
    List<String> running = new ArrayList<>();
    String failure = "";
    for (Started pilot : all) {
      if (failsBefore(deadline, pilot.process())) {
        failure =
            "a pilot ended at once with exit code %d, see %s"
                .formatted(pilot.process().exitValue(), pilot.log());
        LOG.warn(failure);
      } else {
        running.add(pilot.id());
      }
    }
    if (running.isEmpty()) {
      throw new PilotStartException(failure);
    }
    return running;
  }

  private static boolean failsBefore(long deadline, Process process) {
    try {
      return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
          && process.exitValue() != 0;
    } catch (InterruptedException e) {
      // The service stops. The pilot was started, and a later check notices if it does not come up.
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

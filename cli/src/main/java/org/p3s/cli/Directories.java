package org.p3s.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directories of this machine's installation: {@code P3S_HOME} holds the programs, {@code
 * P3S_DATA} (default {@code $P3S_HOME/.p3s}) the state, logs and secrets of its system.
 */
public final class Directories {

  private final Map<String, String> environment;

  public Directories(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The root of the installation. */
  public Path home() {
    return path("P3S_HOME", Path.of(""));
  }

  /** The data directory of this machine's system. */
  public Path data() {
    return path("P3S_DATA", home().resolve(".p3s"));
  }

  /** A file of the data directory that holds a credential. */
  public Path secret(String name) {
    return data().resolve("secrets").resolve(name);
  }

  private Path path(String variable, Path otherwise) {
    String value = variable(environment, variable);
    return (value == null ? otherwise : Path.of(value)).toAbsolutePath().normalize();
  }

  /** A variable of the environment; null if it is unset or empty. */
  static @Nullable String variable(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }
}

package org.p3s.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.api.Service;

/**
 * Where the system is, as the environment says.
 *
 * <p>A system of this machine: {@code P3S_DATA} (default {@code $P3S_HOME/.p3s}) has its secrets,
 * {@code P3S_PORT_OFFSET} is added to the ports. One elsewhere: {@code P3S_SERVER} is the base URL
 * of its monitor, and {@code P3S_TOKEN} the token; the other services are on the same host at the
 * next ports (monitor without a port: 8081 to 8084), or where {@code P3S_SERVER_WORKFLOW}, {@code
 * _BROKER}, {@code _PILOTS}, {@code _WATCHER} say. Tokens of this machine never go elsewhere.
 */
public final class Place {

  private static final int MONITOR_PORT = 8080;

  private final Map<String, String> env;

  public Place(Map<String, String> env) {
    this.env = env;
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

  /** True if the system is this machine's own. */
  public boolean local() {
    return value("P3S_SERVER") == null;
  }

  public URI url(Service service) {
    String own = service == Service.MONITOR ? null : value("P3S_SERVER_" + service.name());
    if (own != null) {
      return base("P3S_SERVER_" + service.name(), own);
    }
    String server = value("P3S_SERVER");
    if (server == null) {
      return URI.create("http://127.0.0.1:" + (service.port() + offset()));
    }
    URI monitor = base("P3S_SERVER", server);
    if (service == Service.MONITOR) {
      return monitor;
    }
    int first = monitor.getPort() < 0 ? MONITOR_PORT : monitor.getPort();
    int port = first + service.port() - MONITOR_PORT;
    return URI.create(monitor.getScheme() + "://" + monitor.getHost() + ":" + port);
  }

  /**
   * The token to send; null if this machine has none.
   *
   * @param admin whether the request needs the administrator's
   */
  public @Nullable String token(boolean admin) {
    String given = value("P3S_TOKEN");
    if (given != null) {
      return given;
    }
    if (!local()) {
      throw Failure.usage("P3S_SERVER is set, and P3S_TOKEN is not");
    }
    String token = admin ? read(secret("admin.token")) : null;
    return token == null ? read(secret("operator.token")) : token;
  }

  private int offset() {
    String offset = value("P3S_PORT_OFFSET");
    try {
      return offset == null ? 0 : Integer.parseInt(offset);
    } catch (NumberFormatException e) {
      throw Failure.usage("P3S_PORT_OFFSET is a number, not '" + offset + "'");
    }
  }

  private static URI base(String variable, String value) {
    try {
      URI uri = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, with what is expected.
    }
    throw Failure.usage(variable + " is a URL such as http://host:8080, not '" + value + "'");
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file).strip() : null;
    } catch (IOException e) {
      return null;
    }
  }

  private Path path(String variable, Path otherwise) {
    String value = value(variable);
    return (value == null ? otherwise : Path.of(value)).toAbsolutePath().normalize();
  }

  /** A variable of the environment; null where it is unset or empty. */
  public @Nullable String value(String variable) {
    String value = env.get(variable);
    return value == null || value.isEmpty() ? null : value;
  }
}

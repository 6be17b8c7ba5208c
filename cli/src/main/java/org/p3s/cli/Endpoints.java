package org.p3s.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.api.P3sService;

/**
 * The URLs of the services and the tokens for them, as the environment says.
 *
 * <p>The system of this machine: {@code P3S_PORT_OFFSET} is added to the ports, and the tokens are
 * read from the data directory. A remote system: {@code P3S_SERVER} is the base URL of its monitor
 * and {@code P3S_TOKEN} the token; the other services are on the same host at the next ports (for a
 * monitor URL without a port: 8081 to 8084), or at the URLs in {@code P3S_SERVER_WORKFLOW}, {@code
 * _BROKER}, {@code _PILOTS}, {@code _WATCHER}. The tokens of this machine are never sent to a
 * remote system.
 */
public final class Endpoints {

  private static final int MONITOR_PORT = 8080;

  private final Map<String, String> environment;
  private final Directories directories;

  public Endpoints(Map<String, String> environment, Directories directories) {
    this.environment = environment;
    this.directories = directories;
  }

  /** True if the command talks to the system of this machine. */
  public boolean local() {
    return variable("P3S_SERVER") == null;
  }

  /** The base URL of a service, without a slash at its end. */
  public URI url(P3sService service) {
    String name = "P3S_SERVER_" + service.name();
    String own = service == P3sService.MONITOR ? null : variable(name);
    if (own != null) {
      return baseUrl(name, own);
    }
    String server = variable("P3S_SERVER");
    if (server == null) {
      return URI.create("http://127.0.0.1:" + (service.port() + portOffset()));
    }
    URI monitor = baseUrl("P3S_SERVER", server);
    if (service == P3sService.MONITOR) {
      return monitor;
    }
    int first = monitor.getPort() < 0 ? MONITOR_PORT : monitor.getPort();
    int port = first + service.port() - MONITOR_PORT;
    return URI.create(monitor.getScheme() + "://" + monitor.getHost() + ":" + port);
  }

  /**
   * The token to send; null if this machine has none.
   *
   * @param admin true if the request needs the administrator's token
   */
  public @Nullable String token(boolean admin) {
    String given = variable("P3S_TOKEN");
    if (given != null) {
      return given;
    }
    if (!local()) {
      throw CommandFailure.usage("P3S_SERVER is set, but P3S_TOKEN is not; set both");
    }
    String token = admin ? read(directories.secret("admin.token")) : null;
    return token == null ? read(directories.secret("operator.token")) : token;
  }

  /** The name of the variable, or the file, that the operator's token is read from. */
  public String tokenSource() {
    return variable("P3S_TOKEN") == null
        ? directories.secret("operator.token").toString()
        : "P3S_TOKEN";
  }

  private int portOffset() {
    String offset = variable("P3S_PORT_OFFSET");
    try {
      return offset == null ? 0 : Integer.parseInt(offset);
    } catch (NumberFormatException e) {
      throw CommandFailure.usage("P3S_PORT_OFFSET must be a number, not '" + offset + "'");
    }
  }

  private static URI baseUrl(String variable, String value) {
    try {
      URI uri = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, with an example of what is expected.
    }
    throw CommandFailure.usage(
        variable + " must be a URL such as http://host:8080, not '" + value + "'");
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file).strip() : null;
    } catch (IOException e) {
      return null;
    }
  }

  private @Nullable String variable(String name) {
    return Directories.variable(environment, name);
  }
}

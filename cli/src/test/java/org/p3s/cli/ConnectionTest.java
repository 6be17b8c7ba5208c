package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which service and which token a command uses. */
class ConnectionTest extends CommandFixture {

  @Test
  void a_service_that_does_not_listen_is_reported_with_exit_code_3() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    Map<String, String> env =
        Map.of("P3S_DATA", dir.toString(), "P3S_PORT_OFFSET", Integer.toString(port - 8081));

    assertThat(Main.run(env, terminal.terminal, "dag", "ls")).isEqualTo(3);

    assertThat(terminal.err())
        .isEqualTo(
            "p3s: cannot reach the workflow service at http://127.0.0.1:"
                + port
                + ": is the system up? Start it with ./p3s up\n");
  }

  @Test
  void the_tokens_of_this_machine_are_used_by_default() throws IOException {
    Files.createDirectories(dir.resolve("secrets"));
    file("secrets/operator.token", "op\n");
    file("secrets/admin.token", "ad\n");
    Map<String, String> env =
        Map.of("P3S_DATA", dir.toString(), "P3S_PORT_OFFSET", Integer.toString(api.port() - 8081));
    api.answer("GET /dags", 200, "{\"items\":[]}").answer("DELETE /datatypes/TXT", 204, "");

    assertThat(Main.run(env, terminal.terminal, "dag", "ls")).isZero();
    assertThat(api.lastRequest().authorization()).isEqualTo("Bearer op");
    assertThat(Main.run(env, terminal.terminal, "datatype", "rm", "TXT")).isZero();
    assertThat(api.lastRequest().authorization()).isEqualTo("Bearer ad");
  }

  @Test
  void the_tokens_of_this_machine_are_never_sent_to_a_remote_system() throws IOException {
    Files.createDirectories(dir.resolve("secrets"));
    file("secrets/operator.token", "op\n");
    Map<String, String> env = new HashMap<>(api.environment());
    env.remove("P3S_TOKEN");
    env.put("P3S_DATA", dir.toString());

    assertThat(Main.run(env, terminal.terminal, "summary")).isEqualTo(2);
    assertThat(terminal.err()).contains("P3S_TOKEN");
    assertThat(api.requests()).isEmpty();
  }
}

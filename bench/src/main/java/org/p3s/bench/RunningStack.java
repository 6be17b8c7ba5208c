package org.p3s.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.p3s.contracts.JsonCodec;

/**
 * The stack that runs on this machine: its ports, credentials and processes.
 *
 * @param data its data directory
 * @param offset added to every port
 */
record RunningStack(Path data, int offset) {

  /** A service with an API, and its port without the offset. */
  enum Service {
    MONITOR(8080),
    WORKFLOW(8081),
    BROKER(8082),
    PILOTS(8083);

    private final int port;

    Service(int port) {
      this.port = port;
    }
  }

  int port(Service service) {
    return service.port + offset;
  }

  int kafkaPort() {
    return 19_092 + offset;
  }

  int postgresPort() {
    return 15_432 + offset;
  }

  String token(String name) throws IOException {
    return Files.readString(data.resolve("secrets").resolve(name + ".token")).strip();
  }

  String postgresPassword() throws IOException {
    return Files.readString(data.resolve("postgres.password")).strip();
  }

  /** The process ids of the processes that run, by process name. */
  Map<String, Long> processes() throws IOException {
    Map<String, Long> pids = new TreeMap<>();
    try (Stream<Path> files = Files.list(data.resolve("run"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        JsonNode record = JsonCodec.mapper().readTree(Files.readString(file));
        long pid = record.path("pid").asLong();
        if (ProcessHandle.of(pid).isPresent()) {
          pids.put(record.path("name").asText(), pid);
        }
      }
    }
    return pids;
  }
}

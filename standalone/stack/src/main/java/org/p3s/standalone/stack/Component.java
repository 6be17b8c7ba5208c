package org.p3s.standalone.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.p3s.standalone.embedded.Secrets;

/**
 * A process of the system.
 *
 * @param port 0 if it listens nowhere
 * @param group what is started together; stopped in the reverse order
 */
record Component(String name, int port, Group group) {

  /** The order of starting. */
  enum Group {
    STORE,
    SERVICE,
    PILOT
  }

  private static final Map<String, String> ROLES =
      Map.of(
          "workflow-service", "workflow",
          "broker-service", "broker",
          "pilot-service", "pilots",
          "data-watcher-service", "watcher",
          "monitor-service", "monitor");

  /** What every job passes through is worth the optimizing compiler; the others start faster. */
  private static final Set<String> BUSY = Set.of("workflow-service", "broker-service");

  /**
   * Variables by which the caller sets what services do. The others of ours say where the stack is,
   * or where a service that runs alone finds the rest; the stack says that itself.
   */
  private static final List<String> SETTINGS = List.of("P3S_BROKER_", "P3S_TOPICS_");

  static List<Component> all(Settings s) {
    List<Component> all = new ArrayList<>();
    all.add(new Component("postgres", s.postgresPort(), Group.STORE));
    all.add(new Component("kafka", s.kafkaPort(), Group.STORE));
    all.add(new Component("workflow-service", 8_081 + s.offset(), Group.SERVICE));
    all.add(new Component("broker-service", 8_082 + s.offset(), Group.SERVICE));
    all.add(new Component("pilot-service", 8_083 + s.offset(), Group.SERVICE));
    all.add(new Component("data-watcher-service", 8_084 + s.offset(), Group.SERVICE));
    all.add(new Component("monitor-service", 8_080 + s.offset(), Group.SERVICE));
    IntStream.rangeClosed(1, s.pilots())
        .forEach(i -> all.add(new Component("pilot-" + i, 0, Group.PILOT)));
    return all;
  }

  /** Where it says whether it is ready, or empty. */
  String health() {
    return group == Group.SERVICE ? "http://127.0.0.1:" + port + "/q/health/ready" : "";
  }

  String url() {
    return switch (group) {
      case SERVICE -> "http://127.0.0.1:" + port;
      case STORE -> "127.0.0.1:" + port;
      case PILOT -> "";
    };
  }

  Path log(Settings s) {
    return s.logs().resolve(name + ".log");
  }

  /** Starts it as a process that outlives its starter. PostgreSQL has a starter of its own. */
  Process start(Settings s) throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid", java()));
    switch (group) {
      case STORE -> command.addAll(kafka(s));
      case SERVICE -> command.addAll(service(s));
      case PILOT -> command.addAll(pilot(s));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(s.data().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(s).toFile()));
    equip(builder.environment(), s);
    return builder.start();
  }

  /** Makes the environment of a process out of the caller's. */
  void equip(Map<String, String> env, Settings s) throws IOException {
    env.keySet().removeIf(key -> key.startsWith("P3S_") && !passes(key));
    if (group == Group.SERVICE) {
      env.putAll(environment(s));
    }
  }

  private boolean passes(String key) {
    return group == Group.SERVICE && SETTINGS.stream().anyMatch(key::startsWith);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> kafka(Settings s) {
    return List.of(
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        "org.p3s.standalone.embedded.EmbeddedKafka",
        s.data().resolve("kafka").toString(),
        Integer.toString(s.kafkaPort()));
  }

  private List<String> service(Settings s) {
    // A pilot that waits costs the broker about 12 KiB, its connection and its request.
    String heap = name.equals("broker-service") ? "-Xmx384m" : "-Xmx192m";
    List<String> command = new ArrayList<>(List.of(heap, "-Xmn64m", "-XX:+UseSerialGC"));
    if (!BUSY.contains(name)) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.addAll(
        List.of(
            "-XX:MaxMetaspaceSize=192m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.net.preferIPv4Stack=true",
            "-jar",
            s.home().resolve(name).resolve("target/quarkus-app/quarkus-run.jar").toString()));
    return command;
  }

  private List<String> pilot(Settings s) {
    return List.of(
        "-Xmx48m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        // Whatever the locale: names and arguments of payloads are UTF-8.
        "-Dfile.encoding=UTF-8",
        "-Dsun.jnu.encoding=UTF-8",
        "-jar",
        s.home().resolve("pilot/target/p3s-pilot.jar").toString(),
        "--server",
        "http://127.0.0.1:" + (8_083 + s.offset()),
        "--broker",
        "http://127.0.0.1:" + (8_082 + s.offset()),
        "--token-file",
        s.secrets().resolve("join.token").toString(),
        "--site",
        "local",
        "--work",
        s.data().resolve("pilots").resolve(name).toString());
  }

  private Map<String, String> environment(Settings s) throws IOException {
    Map<String, String> env = new HashMap<>();
    String role = ROLES.getOrDefault(name, "");
    env.put("P3S_DB_HOST", "127.0.0.1");
    env.put("P3S_DB_PORT", Integer.toString(s.postgresPort()));
    env.put("P3S_DB_PASSWORD", Files.readString(Secrets.password(s.secrets(), role)).strip());
    env.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + s.kafkaPort());
    env.put("P3S_SECURITY_DIR", s.secrets().toString());
    env.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    env.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    env.put("P3S_URLS_MONITOR", "http://127.0.0.1:" + (8_080 + s.offset()));
    env.put("P3S_URLS_WORKFLOW", "http://127.0.0.1:" + (8_081 + s.offset()));
    env.put("P3S_URLS_BROKER", "http://127.0.0.1:" + (8_082 + s.offset()));
    env.put("P3S_URLS_PILOTS", "http://127.0.0.1:" + (8_083 + s.offset()));
    env.put("P3S_URLS_WATCHER", "http://127.0.0.1:" + (8_084 + s.offset()));
    return env;
  }
}

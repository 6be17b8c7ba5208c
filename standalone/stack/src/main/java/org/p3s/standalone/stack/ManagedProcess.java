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
 * A process of the stack: what it is, where it listens, and how it is started.
 *
 * @param port 0 if it listens on no port
 * @param group processes of a group are started together
 */
record ManagedProcess(String name, int port, Group group) {

  /** In the order in which they are started; they are stopped in the reverse order. */
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

  /**
   * Every job passes through these, so they use the optimizing compiler; the others start faster.
   */
  private static final Set<String> OPTIMIZED = Set.of("workflow-service", "broker-service");

  /**
   * Prefixes of the environment variables of the caller that are passed to services. All other
   * variables that begin with {@code P3S_} are removed: they say where the stack is, or where a
   * service that runs alone finds the others, and the stack sets them itself.
   */
  private static final List<String> PASSED_PREFIXES = List.of("P3S_BROKER_", "P3S_TOPICS_");

  /** All processes of a stack with these settings. */
  static List<ManagedProcess> all(StackSettings s) {
    List<ManagedProcess> all = new ArrayList<>();
    all.add(new ManagedProcess("postgres", s.postgresPort(), Group.STORE));
    all.add(new ManagedProcess("kafka", s.kafkaPort(), Group.STORE));
    all.add(new ManagedProcess("workflow-service", 8_081 + s.offset(), Group.SERVICE));
    all.add(new ManagedProcess("broker-service", 8_082 + s.offset(), Group.SERVICE));
    all.add(new ManagedProcess("pilot-service", 8_083 + s.offset(), Group.SERVICE));
    all.add(new ManagedProcess("data-watcher-service", 8_084 + s.offset(), Group.SERVICE));
    all.add(new ManagedProcess("monitor-service", 8_080 + s.offset(), Group.SERVICE));
    IntStream.rangeClosed(1, s.pilots())
        .forEach(i -> all.add(new ManagedProcess("pilot-" + i, 0, Group.PILOT)));
    return all;
  }

  /** The URL of its readiness check, or empty. */
  String readinessUrl() {
    return group == Group.SERVICE ? "http://127.0.0.1:" + port + "/q/health/ready" : "";
  }

  /** The address that {@code status} shows, or empty. */
  String url() {
    return switch (group) {
      case SERVICE -> "http://127.0.0.1:" + port;
      case STORE -> "127.0.0.1:" + port;
      case PILOT -> "";
    };
  }

  /** The file that gets its standard output and error. */
  Path log(StackSettings s) {
    return s.logs().resolve(name + ".log");
  }

  /**
   * Starts a process that goes on when the caller ends. PostgreSQL is not started here but by
   * {@link org.p3s.standalone.embedded.PostgresServer}.
   */
  Process start(StackSettings s) throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid", javaProgram()));
    switch (group) {
      case STORE -> command.addAll(kafkaCommand(s));
      case SERVICE -> command.addAll(serviceCommand(s));
      case PILOT -> command.addAll(pilotCommand(s));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(s.data().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(s).toFile()));
    prepareEnvironment(builder.environment(), s);
    return builder.start();
  }

  /** Changes a copy of the caller's environment into the environment of this process. */
  void prepareEnvironment(Map<String, String> env, StackSettings s) throws IOException {
    env.keySet().removeIf(key -> key.startsWith("P3S_") && !isPassed(key));
    if (group == Group.SERVICE) {
      env.putAll(serviceEnvironment(s));
    }
  }

  private boolean isPassed(String key) {
    return group == Group.SERVICE && PASSED_PREFIXES.stream().anyMatch(key::startsWith);
  }

  private static String javaProgram() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> kafkaCommand(StackSettings s) {
    return List.of(
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        "org.p3s.standalone.embedded.EmbeddedKafka",
        s.data().resolve("kafka").toString(),
        Integer.toString(s.kafkaPort()));
  }

  private List<String> serviceCommand(StackSettings s) {
    // Each waiting pilot needs about 12 KiB in the broker for its connection and its request.
    String heap = name.equals("broker-service") ? "-Xmx384m" : "-Xmx192m";
    List<String> command = new ArrayList<>(List.of(heap, "-Xmn64m", "-XX:+UseSerialGC"));
    if (!OPTIMIZED.contains(name)) {
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

  private List<String> pilotCommand(StackSettings s) {
    return List.of(
        "-Xmx48m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        // Names and arguments of payloads are UTF-8, whatever the locale is.
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

  private Map<String, String> serviceEnvironment(StackSettings s) throws IOException {
    Map<String, String> env = new HashMap<>();
    String role = ROLES.getOrDefault(name, "");
    env.put("P3S_DB_HOST", "127.0.0.1");
    env.put("P3S_DB_PORT", Integer.toString(s.postgresPort()));
    env.put("P3S_DB_PASSWORD", Files.readString(Secrets.passwordFile(s.secrets(), role)).strip());
    env.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + s.kafkaPort());
    env.put("P3S_SECURITY_DIR", s.secrets().toString());
    env.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    env.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    env.put("P3S_URLS_MONITOR", "http://127.0.0.1:" + (8_080 + s.offset()));
    env.put("P3S_URLS_WORKFLOW", "http://127.0.0.1:" + (8_081 + s.offset()));
    env.put("P3S_URLS_BROKER", "http://127.0.0.1:" + (8_082 + s.offset()));
    env.put("P3S_URLS_PILOTS", "http://127.0.0.1:" + (8_083 + s.offset()));
    env.put("P3S_URLS_WATCHER", "http://127.0.0.1:" + (8_084 + s.offset()));
    env.put("PILOTS_LOCAL_JAR", s.home().resolve("pilot/target/p3s-pilot.jar").toString());
    env.put("PILOTS_LOCAL_DIRECTORY", s.data().resolve("local-pilots").toString());
    return env;
  }
}

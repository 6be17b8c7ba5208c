package org.p3s.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedIT {

  @TempDir Path dir;

  @Test
  void kafka_keeps_its_records_over_a_restart() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(dir.resolve("kafka"), 0)) {
      Map<String, Object> servers = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (Admin admin = Admin.create(servers)) {
        admin
            .createTopics(List.of(new NewTopic("t", 1, (short) 1)))
            .all()
            .get(30, TimeUnit.SECONDS);
      }
      try (var producer =
          new KafkaProducer<>(servers, new StringSerializer(), new StringSerializer())) {
        producer.send(new ProducerRecord<>("t", "k", "v")).get(30, TimeUnit.SECONDS);
      }
      kafka.stop();
      kafka.start();
      try (var consumer =
          new KafkaConsumer<>(servers, new StringDeserializer(), new StringDeserializer())) {
        TopicPartition partition = new TopicPartition("t", 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        assertThat(consumer.poll(Duration.ofSeconds(30)).iterator().next().value()).isEqualTo("v");
      }
    }
  }

  @Test
  void postgres_is_durable_and_keeps_its_data_over_a_stop_and_a_kill() throws Exception {
    Secrets.create(dir.resolve("secrets"));
    try (PostgresServer server =
        PostgresServer.start(dir.resolve("postgres"), 0, dir.resolve("log"))) {
      ServiceSchemas.create(server, dir.resolve("secrets"));
      assertThat(show(server, "SHOW fsync")).isEqualTo("on");
      assertThat(show(server, "SHOW synchronous_commit")).isEqualTo("on");
      execute(server, "CREATE TABLE kept (n int)");
      execute(server, "INSERT INTO kept VALUES (42)");
      server.stop();
      server.start();
      server.kill();
      server.start();
      assertThat(show(server, "SELECT n FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void a_server_that_another_process_started_is_stopped_and_started_again() throws Exception {
    PostgresServer first = PostgresServer.start(dir.resolve("postgres"), 0, dir.resolve("log"));
    long orphan = first.pid();
    try (PostgresServer second =
        PostgresServer.start(dir.resolve("postgres"), first.port(), dir.resolve("log"))) {
      assertThat(second.pid()).isPositive().isNotEqualTo(orphan);
      assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(show(second, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void each_service_can_read_its_own_schema_only() throws Exception {
    Path secrets = dir.resolve("secrets");
    Secrets.create(secrets);
    try (PostgresServer server =
        PostgresServer.start(dir.resolve("postgres"), 0, dir.resolve("log"))) {
      ServiceSchemas.create(server, secrets);
      ServiceSchemas.create(server, secrets);
      try (Connection broker = connectAs(server, secrets, "broker");
          Statement sql = broker.createStatement()) {
        sql.execute("CREATE TABLE mine (n int)");
      }
      try (Connection monitor = connectAs(server, secrets, "monitor");
          Statement sql = monitor.createStatement()) {
        assertThatThrownBy(() -> sql.execute("SELECT * FROM broker.mine"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("permission denied");
      }
    }
  }

  @Test
  void secrets_are_readable_by_their_owner_only_and_are_kept() throws Exception {
    Path secrets = dir.resolve("secrets");
    Secrets.create(secrets);
    String admin = Files.readString(secrets.resolve("admin.token"));
    Secrets.create(secrets);
    assertThat(Files.readString(secrets.resolve("admin.token"))).isEqualTo(admin);
    assertThat(Files.getPosixFilePermissions(secrets))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    try (var files = Files.list(secrets)) {
      assertThat(files)
          .hasSize(11)
          .allSatisfy(
              file ->
                  assertThat(Files.getPosixFilePermissions(file))
                      .isEqualTo(PosixFilePermissions.fromString("rw-------")));
    }
    assertThat(Files.readString(secrets.resolve("tokens.json"))).doesNotContain(admin.strip());
    assertThat(Set.copyOf(ServiceSchemas.SERVICES)).hasSize(5);
  }

  private static Connection connectAs(PostgresServer server, Path secrets, String service)
      throws Exception {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/p3s",
        service,
        Files.readString(Secrets.passwordFile(secrets, service)).strip());
  }

  private static String show(PostgresServer server, String query) throws Exception {
    try (Connection connection = server.connect("postgres");
        Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void execute(PostgresServer server, String statement) throws Exception {
    try (Connection connection = server.connect("postgres");
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }
}

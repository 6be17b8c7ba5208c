package org.p3s.standalone.embedded.test;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.standalone.embedded.EmbeddedKafka;
import org.p3s.standalone.embedded.PostgresServer;
import org.p3s.standalone.embedded.Secrets;
import org.p3s.standalone.embedded.ServiceSchemas;

/**
 * Starts a real Kafka and a real PostgreSQL for {@code @QuarkusTest}s, once per JVM, with the same
 * database, roles and credentials as a stack. Init argument {@code service}: the database role, for
 * instance {@code broker}.
 */
public final class KafkaAndPostgres implements QuarkusTestResourceLifecycleManager {

  private static @Nullable EmbeddedKafka kafka;
  private static @Nullable PostgresServer postgres;
  private static @Nullable Path dir;

  private String service = "";

  @Override
  public void init(Map<String, String> args) {
    service = java.util.Objects.requireNonNull(args.get("service"), "init argument service");
  }

  @Override
  public Map<String, String> start() {
    try {
      Path secrets = startOnce().resolve("secrets");
      return Map.of(
          "kafka.bootstrap.servers", kafka().bootstrapServers(),
          "p3s.db.host", "127.0.0.1",
          "p3s.db.port", Integer.toString(postgres().port()),
          "p3s.db.name", "p3s",
          "p3s.db.password", Files.readString(Secrets.passwordFile(secrets, service)).strip(),
          "p3s.security.dir", secrets.toString());
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("Kafka and PostgreSQL do not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static synchronized Path startOnce()
      throws IOException, SQLException, InterruptedException {
    if (dir != null) {
      return dir;
    }
    Path base =
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "it")
            .toAbsolutePath();
    Secrets.create(base.resolve("secrets"));
    kafka = EmbeddedKafka.start(base.resolve("kafka"), 0);
    postgres = PostgresServer.start(base.resolve("postgres"), 0, base.resolve("postgres.log"));
    ServiceSchemas.create(postgres, base.resolve("secrets"));
    Runtime.getRuntime().addShutdownHook(new Thread(KafkaAndPostgres::stopAll, "stop"));
    dir = base;
    return base;
  }

  /** The Kafka of the tests; a test may stop it and start it again. */
  public static EmbeddedKafka kafka() {
    return java.util.Objects.requireNonNull(kafka, "not started");
  }

  /** The PostgreSQL of the tests; a test may stop it and start it again. */
  public static PostgresServer postgres() {
    return java.util.Objects.requireNonNull(postgres, "not started");
  }

  @Override
  public void stop() {
    // Both stay for the next test class; they stop when the JVM ends.
  }

  private static void stopAll() {
    kafka().stop();
    try {
      postgres().stop();
    } catch (IOException e) {
      System.err.println("PostgreSQL still runs: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

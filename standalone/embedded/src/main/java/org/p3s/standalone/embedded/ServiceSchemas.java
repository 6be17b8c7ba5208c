package org.p3s.standalone.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Creates the database {@code p3s} with a role and a schema for each service. Only the service may
 * use its schema. {@code deploy/postgres/init.sql} does the same on a server of your own.
 */
public final class ServiceSchemas {

  /** The names of the roles, which are also those of the schemas. */
  public static final List<String> SERVICES =
      List.of("workflow", "broker", "pilots", "watcher", "monitor");

  /**
   * Creates what is missing, and sets the passwords of the roles.
   *
   * @param secrets the directory with the password files
   */
  public static void create(PostgresServer server, Path secrets) throws SQLException, IOException {
    try (Connection connection = server.connect("postgres");
        Statement sql = connection.createStatement()) {
      if (missing(sql, "SELECT 1 FROM pg_database WHERE datname = 'p3s'")) {
        sql.execute("CREATE DATABASE p3s");
      }
    }
    try (Connection connection = server.connect("p3s");
        Statement sql = connection.createStatement()) {
      sql.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
      sql.execute("REVOKE ALL ON DATABASE p3s FROM PUBLIC");
      for (String service : SERVICES) {
        String password = Files.readString(Secrets.passwordFile(secrets, service)).strip();
        createRole(sql, service, password);
      }
    }
  }

  // The names come from the list above and passwords are base64url: nothing needs quoting.
  private static void createRole(Statement sql, String service, String password)
      throws SQLException {
    if (missing(sql, "SELECT 1 FROM pg_roles WHERE rolname = '" + service + "'")) {
      sql.execute("CREATE ROLE " + service + " LOGIN");
    }
    sql.execute("ALTER ROLE " + service + " PASSWORD '" + password + "'");
    sql.execute("GRANT CONNECT ON DATABASE p3s TO " + service);
    sql.execute("CREATE SCHEMA IF NOT EXISTS " + service + " AUTHORIZATION " + service);
    sql.execute("ALTER ROLE " + service + " IN DATABASE p3s SET search_path = " + service);
  }

  private static boolean missing(Statement sql, String query) throws SQLException {
    try (ResultSet rows = sql.executeQuery(query)) {
      return !rows.next();
    }
  }

  private ServiceSchemas() {}
}

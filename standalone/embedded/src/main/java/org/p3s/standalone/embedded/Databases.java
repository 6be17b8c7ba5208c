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
 * One database; per service a role and a schema of its own, which it alone may use. The same by
 * hand for a server of one's own: {@code deploy/postgres/init.sql}.
 */
public final class Databases {

  /** The roles, which are also the names of the schemas. */
  public static final List<String> SERVICES =
      List.of("workflow", "broker", "pilots", "watcher", "monitor");

  /** Makes what is missing; sets the passwords to those in the secrets' directory. */
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
        String password = Files.readString(Secrets.password(secrets, service)).strip();
        role(sql, service, password);
      }
    }
  }

  // Names come from the list above and passwords are base64url, so nothing needs quoting.
  private static void role(Statement sql, String service, String password) throws SQLException {
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

  private Databases() {}
}

package org.p3s.platform;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a failure that passes (the database is away, a deadlock) from one that will happen again.
 */
public final class TransientFailures {

  /** True if the same call may succeed later. */
  public static boolean isTransient(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof PgException pg) {
        return isTransientState(pg.getSqlState());
      }
      if (t instanceof IOException
          || t instanceof TimeoutException
          || t instanceof VertxException
          || reportsLostConnection(t.getMessage())) {
        return true;
      }
    }
    return false;
  }

  // Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html: connection (08),
  // rollback such as deadlock (40), resources (53), operator intervention (57), system (58).
  private static boolean isTransientState(@Nullable String sqlState) {
    return sqlState == null
        || sqlState.startsWith("08")
        || sqlState.startsWith("40")
        || sqlState.startsWith("53")
        || sqlState.startsWith("57")
        || sqlState.startsWith("58");
  }

  // The client reports a lost connection or a full pool by message only, without a type.
  private static boolean reportsLostConnection(@Nullable String message) {
    return message != null
        && (message.contains("onnection is not active")
            || message.contains("onnection was closed")
            || message.contains("onnection closed")
            || message.contains("Pool closed")
            || message.equals("Timeout"));
  }

  private TransientFailures() {}
}

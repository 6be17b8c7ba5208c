package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Hash;

/**
 * Remembers for a week, per user and {@code Idempotency-Key}, what a request made, so that the same
 * request makes nothing when it is repeated.
 */
public interface IdempotencyStore {

  /**
   * A request with a key; a key must not be used for different requests.
   *
   * @param content everything that makes this request differ from others
   */
  record KeyedRequest(String user, String key, String content) {

    /** The request with the key of its header, or null if it has none. */
    public static @Nullable KeyedRequest of(String user, @Nullable String key, String content) {
      return key == null ? null : new KeyedRequest(user, key, content);
    }

    public String contentHash() {
      return Hash.sha256(content);
    }
  }

  /** What a request made; if it is repeated, what it made the first time. */
  record Made(List<UUID> uuids, boolean repeated) {}

  /**
   * Answers a repeated request, or runs the work. To be called before checks that a repeated
   * request need not pass: what it refers to may have been removed since the first time.
   *
   * @param request null: the work is done
   */
  Uni<Made> findOrElse(@Nullable KeyedRequest request, Supplier<Uni<Made>> work);

  /**
   * Runs the work and remembers what it made, or answers with what it made the first time. A
   * repeated request that comes at the same time waits for the first one.
   *
   * @param request null: the work is done, and not remembered
   */
  Uni<Made> runOnce(Tx tx, @Nullable KeyedRequest request, Supplier<Uni<List<UUID>>> work);
}

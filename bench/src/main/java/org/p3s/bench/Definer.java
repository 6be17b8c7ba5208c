package org.p3s.bench;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.p3s.bench.Stack.Service;

/** Defines jobs at the workflow service, as people do. */
final class Definer {

  static final String JOBTYPE = "bench";

  private final Wire wire;
  private final String token;

  Definer(Wire wire, Stack stack) throws IOException {
    this.wire = wire;
    this.token = stack.token("operator");
  }

  /** One request with jobs of names that begin so; fails if they are not all accepted. */
  Future<Void> define(String name, int from, int count) {
    return define(name, from, count, 0, null);
  }

  /**
   * The same.
   *
   * @param staleafter seconds; null: no deadline
   */
  Future<Void> define(
      String name, int from, int count, int priority, @Nullable Integer staleafter) {
    StringBuilder list = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      list.append(i == 0 ? "" : ",")
          .append("{\"name\":\"")
          .append(name)
          .append(from + i)
          .append("\",\"jobtype\":\"" + JOBTYPE + "\",\"payload\":\"/bin/true\",\"requirements\":")
          .append(Fleet.LABEL)
          .append(",\"priority\":")
          .append(priority)
          .append(",\"staleafter\":")
          .append(staleafter)
          .append('}');
    }
    return wire.send(
            HttpMethod.POST, Service.WORKFLOW, "/api/v1/jobs", token, list.append(']').toString())
        .compose(
            reply ->
                reply.status() == 201
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        "jobs are not accepted: HTTP " + reply.status() + " " + reply.body()));
  }
}

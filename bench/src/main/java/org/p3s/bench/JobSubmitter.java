package org.p3s.bench;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.p3s.bench.RunningStack.Service;

/** Defines jobs at the workflow service over HTTP, as users do. */
final class JobSubmitter {

  static final String JOBTYPE = "bench";

  private final EventLoopHttpClient http;
  private final String token;

  JobSubmitter(EventLoopHttpClient http, RunningStack stack) throws IOException {
    this.http = http;
    this.token = stack.token("operator");
  }

  /**
   * Sends one request that defines {@code count} jobs; fails if they are not all accepted.
   *
   * @param name of the jobs, to which a number is appended
   * @param from the number of the first job
   */
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
          .append(SimulatedPilots.LABEL)
          .append(",\"priority\":")
          .append(priority)
          .append(",\"staleafter\":")
          .append(staleafter)
          .append('}');
    }
    return http.send(
            HttpMethod.POST, Service.WORKFLOW, "/api/v1/jobs", token, list.append(']').toString())
        .compose(
            reply ->
                reply.status() == 201
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        "jobs are not accepted: HTTP " + reply.status() + " " + reply.body()));
  }
}

package org.p3s.platform;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;
import org.p3s.platform.inbox.Inbox;

/** The smallest service that uses all of the platform. */
class TestApp {

  record Thing(String firstName, int count) {}

  @Path("/api/v1/things")
  static class Things {

    @GET
    @RolesAllowed("viewer")
    public String read() {
      return "read";
    }

    @POST
    @RolesAllowed("operator")
    public Thing write(Thing thing) {
      if (thing.count() < 0) {
        throw ProblemException.invalid("/count", "is 0 or more, not " + thing.count());
      }
      return thing;
    }

    @GET
    @Path("/pilot")
    @RolesAllowed("pilot")
    public String pilot() {
      return "pilot";
    }

    @GET
    @Path("/broken")
    @RolesAllowed("viewer")
    public String broken() {
      throw new IllegalStateException("secret detail");
    }

    @GET
    @Path("/conflict")
    @RolesAllowed("viewer")
    public String conflict() {
      throw new ProblemException(Problem.LEASE_LOST, "lease 4 is not 5");
    }
  }

  /** Stores the paths of files that arrived; refuses those whose name says so. */
  @ApplicationScoped
  static class Consumer {

    private final Inbox inbox;
    private final Pool pool;

    Consumer(Inbox inbox, Pool pool) {
      this.inbox = inbox;
      this.pool = pool;
    }

    @Incoming("file-arrived-in")
    Uni<Void> on(ConsumerRecords<String, String> records) {
      return inbox.consume(records, this::handle);
    }

    private Uni<Void> handle(List<Event> events) {
      String[] paths =
          events.stream().map(event -> ((FileArrived) event).path()).toArray(String[]::new);
      for (String path : paths) {
        if (path.contains("refuse")) {
          return Uni.createFrom().failure(new IllegalArgumentException("refused: " + path));
        }
      }
      return pool.preparedQuery("INSERT INTO handled (path) SELECT unnest($1::text[])")
          .execute(Tuple.of(paths))
          .replaceWithVoid();
    }
  }
}

package org.p3s.platform;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.platform.inbox.Inbox;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;
import org.p3s.platform.security.TokenVerifier;

/** The smallest service that uses all of the platform. */
class TestApp {

  record Thing(String firstName, int count) {}

  @Path("/api/v1/things")
  static class Things {

    @GET
    @RolesAllowed(Roles.VIEWER)
    public String read() {
      return "read";
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    public Thing write(Thing thing) {
      if (thing.count() < 0) {
        throw ProblemException.invalid("/count", "is 0 or more, not " + thing.count());
      }
      return thing;
    }

    @GET
    @Path("/pilot")
    @RolesAllowed(Roles.PILOT)
    public String pilot() {
      return "pilot";
    }

    @GET
    @Path("/broken")
    @RolesAllowed(Roles.VIEWER)
    public String broken() {
      throw new IllegalStateException("secret detail");
    }

    @GET
    @Path("/conflict")
    @RolesAllowed(Roles.VIEWER)
    public String conflict() {
      throw new ProblemException(CommonProblem.CONFLICT, "lease 4 is not 5");
    }
  }

  /** Accepts one token of a kind of its own, for the role of a pilot. */
  @ApplicationScoped
  static class Passes implements TokenVerifier {

    static final String PREFIX = "pass-";
    static final String VALID = PREFIX + "valid";

    @Override
    public boolean hasForm(String token) {
      return token.startsWith(PREFIX);
    }

    @Override
    public Optional<SecurityIdentity> verify(String token) {
      return token.equals(VALID)
          ? Optional.of(
              QuarkusSecurityIdentity.builder()
                  .setPrincipal(new QuarkusPrincipal("pass"))
                  .addRole(Roles.PILOT)
                  .build())
          : Optional.empty();
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

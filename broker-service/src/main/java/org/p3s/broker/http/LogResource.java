package org.p3s.broker.http;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Following;
import org.p3s.broker.app.Views;
import org.p3s.broker.app.Views.JobView;
import org.p3s.broker.app.Views.LogView;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** What jobs print: the kept end of each stream, or all of it while it is written. */
@Path("/api/v1/jobs/{job}/log")
@RolesAllowed(Roles.VIEWER)
@Tag(name = "jobs")
class LogResource {

  private final Views views;
  private final Following following;

  LogResource(Views views, Following following) {
    this.views = views;
    this.following = following;
  }

  /**
   * JSON with both streams, or with {@code stream} the plain text of one: of that attempt, else of
   * the one that runs and is followed, else of the last one that ended. 404 if there is none.
   */
  @GET
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
  @Operation(summary = "The last part of stdout and stderr of an attempt")
  public Uni<Response> log(
      UUID job,
      @QueryParam("stream") @Nullable String stream,
      @QueryParam("attempt") @Nullable Integer attempt) {
    if (stream != null && !stream.equals("stdout") && !stream.equals("stderr")) {
      throw ProblemException.invalid("?stream", "is stdout or stderr, not " + stream);
    }
    return (attempt == null ? following.tail(job) : Uni.createFrom().<LogView>nullItem())
        .flatMap(live -> live == null ? views.log(job, attempt) : Uni.createFrom().item(live))
        .flatMap(log -> log == null ? none(job) : Uni.createFrom().item(log))
        .map(log -> stream == null ? json(log) : plain(log, stream));
  }

  private Uni<LogView> none(UUID job) {
    return views
        .live(job)
        .map(
            live -> {
              if (live == null) {
                throw ProblemException.notFound("log of job", job);
              }
              throw new ProblemException(CommonProblem.NOT_FOUND, noneYet(live));
            });
  }

  private static String noneYet(JobView live) {
    return live.pUuid() == null
        ? "Job " + live.uuid() + " waits for a pilot; it has written nothing yet."
        : "Job "
            + live.uuid()
            + " is "
            + live.state()
            + (live.host() == null ? "" : " on " + live.host())
            + "; its log comes with its end, or while somebody follows it with ?follow=true.";
  }

  /**
   * {@code ?follow=true}: events {@code state}, {@code stdout}, {@code stderr}, and {@code end}
   * after the last byte. A piece says how many bytes were left out before it, -1 if that is not
   * known.
   */
  @GET
  @LogFilters.OfAJob
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(summary = "Follow stdout and stderr of a job until it ends")
  public Multi<OutboundSseEvent> follow(UUID job, @Context Sse sse) {
    return following.follow(job).map(said -> event(sse, said));
  }

  private static OutboundSseEvent event(Sse sse, Following.Said said) {
    if (said instanceof Following.Piece piece) {
      return json(sse, piece.stream(), piece);
    } else if (said instanceof Following.State state) {
      return json(sse, "state", state);
    } else if (said instanceof Following.End end) {
      return json(sse, "end", end);
    }
    return sse.newEventBuilder().comment("alive").build();
  }

  private static OutboundSseEvent json(Sse sse, String name, Object data) {
    return sse.newEventBuilder()
        .name(name)
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(data)
        .build();
  }

  private static Response json(LogView log) {
    return Response.ok(log).type(MediaType.APPLICATION_JSON).build();
  }

  private static Response plain(LogView log, String stream) {
    String text = stream.equals("stdout") ? log.stdout() : log.stderr();
    return Response.ok(text == null ? "" : text)
        .type(MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8"))
        .build();
  }
}

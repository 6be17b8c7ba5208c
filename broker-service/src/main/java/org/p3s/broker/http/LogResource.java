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
import org.p3s.broker.app.JobQueries;
import org.p3s.broker.app.JobQueries.LogView;
import org.p3s.broker.app.JobView;
import org.p3s.broker.app.LogStreaming;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** The output of jobs: the stored end of each stream, or the whole stream while it is written. */
@Path("/api/v1/jobs/{job}/log")
@RolesAllowed(Roles.VIEWER)
@Tag(name = "jobs")
class LogResource {

  private final JobQueries jobs;
  private final LogStreaming streaming;

  LogResource(JobQueries jobs, LogStreaming streaming) {
    this.jobs = jobs;
    this.streaming = streaming;
  }

  /**
   * JSON with both streams, or with {@code stream} the plain text of one. It is the log of the
   * given attempt, else of the attempt that runs and is followed, else of the last one that ended.
   * 404 if there is none.
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
    return (attempt == null ? streaming.tail(job) : Uni.createFrom().<LogView>nullItem())
        .flatMap(live -> live == null ? jobs.log(job, attempt) : Uni.createFrom().item(live))
        .flatMap(log -> log == null ? none(job) : Uni.createFrom().item(log))
        .map(log -> stream == null ? json(log) : plain(log, stream));
  }

  private Uni<LogView> none(UUID job) {
    return jobs.live(job)
        .map(
            live -> {
              if (live == null) {
                throw ProblemException.notFound("log of job", job);
              }
              throw new ProblemException(CommonProblem.NOT_FOUND, whyNoLog(live));
            });
  }

  private static String whyNoLog(JobView live) {
    return live.pUuid() == null
        ? "Job " + live.uuid() + " waits for a pilot; it has written nothing yet."
        : "Job "
            + live.uuid()
            + " is "
            + live.state()
            + (live.host() == null ? "" : " on " + live.host())
            + "; its log is there when it has ended, or while somebody follows it with ?follow=true.";
  }

  /**
   * {@code ?follow=true}: events {@code state}, {@code stdout}, {@code stderr}, and {@code end}
   * after the last byte. A piece tells how many bytes were left out before it, -1 if that is not
   * known.
   */
  @GET
  @LogFilters.RequiresJob
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(summary = "Follow stdout and stderr of a job until it ends")
  public Multi<OutboundSseEvent> follow(UUID job, @Context Sse sse) {
    return streaming.follow(job).map(event -> event(sse, event));
  }

  private static OutboundSseEvent event(Sse sse, LogStreaming.LogEvent event) {
    if (event instanceof LogStreaming.Piece piece) {
      return json(sse, piece.stream(), piece);
    } else if (event instanceof LogStreaming.StateChange state) {
      return json(sse, "state", state);
    } else if (event instanceof LogStreaming.AttemptEnd end) {
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

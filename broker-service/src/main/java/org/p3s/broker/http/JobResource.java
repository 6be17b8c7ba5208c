package org.p3s.broker.http;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Explain;
import org.p3s.broker.app.Views;
import org.p3s.broker.app.Views.JobView;
import org.p3s.broker.app.Views.LogView;
import org.p3s.broker.domain.JobState;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;
import org.p3s.platform.http.ProblemException;

/** Where a job is in the queue, why, and what it printed. */
@Path("/api/v1/jobs")
@RolesAllowed("viewer")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
class JobResource {

  private final Views views;
  private final Explain explain;

  JobResource(Views views, Explain explain) {
    this.views = views;
    this.explain = explain;
  }

  /** Live jobs, by uuid; those that ended are in the monitor. */
  @GET
  @Operation(summary = "List the live jobs: defined, dispatched, running")
  public Uni<Page<JobView>> list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable Integer limit) {
    if (state != null && JobState.LIVE.stream().noneMatch(live -> live.text().equals(state))) {
      throw ProblemException.invalid("?state", "is defined, dispatched or running, not " + state);
    }
    int most = Paging.limit(limit);
    return views
        .list(state, Paging.after(after), most + 1)
        .map(rows -> Page.of(rows, most, job -> job.uuid().toString()));
  }

  /** The job in the queue, or its last attempt if it has ended. */
  @GET
  @Path("/{job}")
  @Operation(summary = "A job's state, holder and place in the queue")
  public Uni<JobView> one(UUID job) {
    return views
        .live(job)
        .flatMap(live -> live == null ? views.ended(job) : Uni.createFrom().item(live))
        .map(
            view -> {
              if (view == null) {
                throw ProblemException.notFound("job", job);
              }
              return view;
            });
  }

  /**
   * What the last (or that) attempt printed: JSON with both streams, or with {@code stream} the
   * plain text of one. 404 while no attempt has ended.
   */
  @GET
  @Path("/{job}/log")
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
  @Operation(summary = "The last part of stdout and stderr of an ended attempt")
  public Uni<Response> log(
      UUID job,
      @QueryParam("stream") @Nullable String stream,
      @QueryParam("attempt") @Nullable Integer attempt) {
    if (stream != null && !stream.equals("stdout") && !stream.equals("stderr")) {
      throw ProblemException.invalid("?stream", "is stdout or stderr, not " + stream);
    }
    return views
        .log(job, attempt)
        .map(
            log -> {
              if (log == null) {
                throw ProblemException.notFound("log of an ended attempt of job", job);
              }
              return stream == null ? json(log) : plain(log, stream);
            });
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

  /** Each rule that decides whether the job may run now, and what it says. */
  @GET
  @Path("/{job}/explain")
  @Operation(summary = "Why a job does not run: the failing rule, its place, its expected start")
  public Uni<Explain.Explanation> explain(UUID job) {
    return explain.explain(job);
  }
}

package org.p3s.platform.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;
import org.p3s.platform.TransientFailures;

/** Every error leaves as problem+json; no stack trace leaves the process. */
class ProblemMappers {

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  @ServerExceptionMapper
  Response problem(ProblemException e, UriInfo uri) {
    return answer(e.problem(), String.valueOf(e.getMessage()), uri, e.errors());
  }

  @ServerExceptionMapper
  Response mismatched(MismatchedInputException e, UriInfo uri) {
    return json(e, uri);
  }

  @ServerExceptionMapper
  Response malformed(JsonProcessingException e, UriInfo uri) {
    return json(e, uri);
  }

  @ServerExceptionMapper
  Response unauthorized(UnauthorizedException e, UriInfo uri) {
    return answer(
        CommonProblem.UNAUTHENTICATED, "Send Authorization: Bearer TOKEN.", uri, List.of());
  }

  @ServerExceptionMapper
  Response authenticationFailed(AuthenticationFailedException e, UriInfo uri) {
    return answer(
        CommonProblem.UNAUTHENTICATED, "Send Authorization: Bearer TOKEN.", uri, List.of());
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException e, UriInfo uri) {
    return answer(
        CommonProblem.FORBIDDEN, "Your token's role does not allow this request.", uri, List.of());
  }

  @ServerExceptionMapper
  Response web(WebApplicationException e, UriInfo uri) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return json(json, uri);
    }
    CommonProblem problem = CommonProblem.of(e.getResponse().getStatus());
    String detail =
        problem == CommonProblem.NOT_FOUND
            ? "Nothing is at " + uri.getPath() + ", or a part of the path or query is malformed."
            : String.valueOf(e.getMessage());
    return answer(problem, detail, uri, List.of());
  }

  @ServerExceptionMapper
  Response anything(Throwable e, UriInfo uri) {
    if (TransientFailures.isTransient(e)) {
      LOG.warnf("%s answered 503: %s", uri.getPath(), e.getMessage());
      return answer(
          CommonProblem.UNAVAILABLE,
          "The database is away. Nothing was changed that was not confirmed; try again.",
          uri,
          List.of());
    }
    String incident = UUID.randomUUID().toString();
    LOG.errorf(e, "incident %s at %s", incident, uri.getPath());
    return answer(
        CommonProblem.INTERNAL,
        "The log of the service has incident " + incident + ".",
        uri,
        List.of());
  }

  private static Response json(JsonProcessingException e, UriInfo uri) {
    JsonLocation at = e.getLocation();
    Integer line = at == null ? null : at.getLineNr();
    String detail = JsonCodec.fault(e);
    String pointer = pointer(e);
    if (pointer != null) {
      return answer(
          CommonProblem.VALIDATION_FAILED,
          pointer + ": " + detail,
          uri,
          List.of(new ProblemItem(pointer, line, detail)));
    }
    return answer(
        CommonProblem.MALFORMED_JSON,
        (line == null ? "" : "line " + line + ": ") + detail,
        uri,
        List.of(new ProblemItem(null, line, detail)));
  }

  // Of a value that does not fit, or of a key that is there twice.
  private static @Nullable String pointer(JsonProcessingException e) {
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return mapping.getPath().stream()
          .map(r -> r.getFieldName() == null ? Integer.toString(r.getIndex()) : r.getFieldName())
          .collect(Collectors.joining("/", "/", ""));
    }
    return JsonCodec.isDuplicate(e) && e.getProcessor() instanceof JsonParser parser
        ? parser.getParsingContext().pathAsPointer().toString()
        : null;
  }

  private static Response answer(
      ProblemType problem, String detail, UriInfo uri, List<ProblemItem> errors) {
    String instance = uri.getRequestUri().getRawPath();
    return Response.status(problem.status())
        .type(ProblemBody.MEDIA_TYPE)
        .entity(ProblemBody.of(problem, detail, instance, errors))
        .build();
  }
}

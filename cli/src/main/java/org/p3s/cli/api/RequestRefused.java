package org.p3s.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.text.PlainText;

/** A service refused a request. Its problem document (RFC 9457) becomes one line. */
public final class RequestRefused extends CommandFailure {

  private static final long serialVersionUID = 1L;
  private static final int MOST_ERRORS = 5;

  private final int status;

  private RequestRefused(int status, String line) {
    super(ExitCode.FAILED, line);
    this.status = status;
  }

  static RequestRefused of(P3sService service, int status, JsonNode problem, String hint) {
    String title = problem.path("title").asText("");
    if (title.isEmpty()) {
      return new RequestRefused(status, "the " + service.title() + " answered " + status + hint);
    }
    String detail = problem.path("detail").asText("");
    String line = detail.isEmpty() ? title : title + ": " + detail;
    String errors = errors(problem.path("errors"), detail);
    return new RequestRefused(status, PlainText.clean(line + errors) + hint);
  }

  /** The errors of the request, unless the detail names them already. */
  private static String errors(JsonNode errors, String detail) {
    List<String> texts = new ArrayList<>();
    for (JsonNode error : errors) {
      String location = location(error);
      String what = error.path("detail").asText("");
      boolean alreadyNamed = detail.contains(location);
      if (!what.isEmpty() && !detail.contains(what)) {
        texts.add(location.isEmpty() ? what : location + ": " + what);
      } else if (!alreadyNamed) {
        texts.add(location);
      }
    }
    if (texts.isEmpty()) {
      return "";
    }
    int more = texts.size() - MOST_ERRORS;
    String shown = String.join("; ", texts.subList(0, Math.min(texts.size(), MOST_ERRORS)));
    return " (" + shown + (more > 0 ? "; and " + more + " more" : "") + ")";
  }

  private static String location(JsonNode error) {
    if (error.path("line").canConvertToInt() && !error.hasNonNull("pointer")) {
      return "line " + error.path("line").asInt();
    }
    return error.path("pointer").asText("");
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}

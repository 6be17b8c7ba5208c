package org.p3s.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.text.Table;

/** A service's answer that says no: problem+json, told in one line. */
public final class Refused extends Failure {

  private static final long serialVersionUID = 1L;
  private static final int MOST_PLACES = 5;

  private final int status;

  private Refused(int status, String line) {
    super(Exit.FAILED, line);
    this.status = status;
  }

  static Refused of(Service service, int status, JsonNode problem, String hint) {
    String title = problem.path("title").asText("");
    if (title.isEmpty()) {
      return new Refused(status, "the " + service.title() + " answered " + status + hint);
    }
    String detail = problem.path("detail").asText("");
    String line = detail.isEmpty() ? title : title + ": " + detail;
    return new Refused(status, Table.clean(line + places(problem.path("errors"), detail)) + hint);
  }

  /** The wrong places, as far as the detail does not name them already. */
  private static String places(JsonNode errors, String detail) {
    List<String> places = new ArrayList<>();
    for (JsonNode error : errors) {
      String place = place(error);
      String what = error.path("detail").asText("");
      boolean told = detail.contains(place);
      if (!what.isEmpty() && !detail.contains(what)) {
        places.add(place.isEmpty() ? what : place + ": " + what);
      } else if (!told) {
        places.add(place);
      }
    }
    if (places.isEmpty()) {
      return "";
    }
    int more = places.size() - MOST_PLACES;
    String shown = String.join("; ", places.subList(0, Math.min(places.size(), MOST_PLACES)));
    return " (" + shown + (more > 0 ? "; and " + more + " more" : "") + ")";
  }

  private static String place(JsonNode error) {
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

package org.p3s.pilot;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job in this pilot's hands.
 *
 * @param lease the fencing number: reports carry it
 * @param timelimit seconds of wall clock
 * @param inputs the files that the payload reads
 * @param outputs the files that the payload is to write
 */
record Assignment(
    UUID job,
    long lease,
    int attempt,
    String name,
    String payload,
    @Nullable String params,
    Map<String, String> env,
    long timelimit,
    List<String> inputs,
    List<String> outputs) {

  static final long DEFAULT_TIMELIMIT = 1000;

  static Assignment of(Fields answer) throws IOException {
    return new Assignment(
        UUID.fromString(answer.need("job")),
        Long.parseLong(answer.need("lease")),
        (int) answer.number("attempt", 1),
        answer.text("name", "?"),
        answer.need("payload"),
        answer.text("params"),
        answer.textMap("env"),
        answer.number("timelimit", DEFAULT_TIMELIMIT),
        answer.texts("inputs"),
        answer.texts("outputs"));
  }

  String id() {
    return job + "." + attempt;
  }
}

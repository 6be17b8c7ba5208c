package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Failure;
import org.p3s.cli.text.Json;

/** Job files as they are sent: as they stand, or each job several times. */
final class JobFiles {

  /** The body; a file that is sent as it stands is judged by the server alone. */
  static byte[] body(Path file, @Nullable Integer replicas, @Nullable List<String> infiles) {
    if (replicas == null && infiles == null) {
      return Json.bytes(file);
    }
    if (replicas != null && replicas < 1) {
      throw Failure.usage("-N is 1 or more, not " + replicas);
    }
    JsonNode jobs = Json.file(file);
    JsonNode list = jobs.isArray() ? jobs : Json.array().add(jobs);
    return repeat(list, replicas == null ? 1 : replicas, infiles)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static ArrayNode repeat(JsonNode jobs, int replicas, @Nullable List<String> infiles) {
    ArrayNode all = Json.array();
    for (int i = 0; i < replicas; i++) {
      if (infiles == null) {
        jobs.forEach(all::add);
        continue;
      }
      for (String infile : infiles) {
        for (JsonNode job : jobs) {
          all.add(job instanceof ObjectNode one ? one.deepCopy().put("infile", infile) : job);
        }
      }
    }
    return all;
  }

  private JobFiles() {}
}

package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.InputFiles;
import org.p3s.cli.text.JsonTree;

/** The body of {@code POST /jobs}: a job file as it is, or with each job repeated. */
final class JobSubmission {

  /**
   * The body. A file that needs no change is sent unread, so that the server reports all its
   * errors.
   *
   * @param replicas how often each job is submitted
   * @param infiles each job is submitted once for each of these input files
   */
  static byte[] body(Path file, @Nullable Integer replicas, @Nullable List<String> infiles) {
    if (replicas == null && infiles == null) {
      return InputFiles.bytes(file);
    }
    if (replicas != null && replicas < 1) {
      throw CommandFailure.usage("-N must be 1 or more, not " + replicas);
    }
    JsonNode jobs = InputFiles.json(file);
    JsonNode list = jobs.isArray() ? jobs : JsonTree.array().add(jobs);
    return repeat(list, replicas == null ? 1 : replicas, infiles)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static ArrayNode repeat(JsonNode jobs, int replicas, @Nullable List<String> infiles) {
    ArrayNode all = JsonTree.array();
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

  private JobSubmission() {}
}

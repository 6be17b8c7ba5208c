package org.p3s.standalone.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** DAG templates and file lists of the previous system, if they are beside the project. */
final class PreviousSystemInputs {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DIRECTORY = Path.of("../../../shared/data/p3s/inputs");

  private final StackUnderTest stack;
  private final Path outputs;

  PreviousSystemInputs(StackUnderTest stack, Path outputs) {
    this.stack = stack;
    this.outputs = outputs;
  }

  boolean exist() {
    return Files.isDirectory(DIRECTORY);
  }

  /**
   * Runs a workflow of a template until its end.
   *
   * @param graph the template, NAME.graphml
   * @param fileInfo its file list; all directories in it are replaced
   * @param input the file to read
   */
  void run(String graph, String fileInfo, Path input) throws IOException, InterruptedException {
    stack.ok("dag", "add", DIRECTORY.resolve(graph).toAbsolutePath().toString(), "--replace");
    ObjectNode info = (ObjectNode) JSON.readTree(DIRECTORY.resolve(fileInfo).toFile());
    for (Map.Entry<String, JsonNode> edge : info.properties()) {
      ObjectNode file = (ObjectNode) edge.getValue();
      boolean source = edge.getKey().startsWith("NOOP1:");
      if (source) {
        file.put("name", input.getFileName().toString());
      }
      file.put("dirpath", (source ? input.getParent() : outputs).toString());
    }
    Path files = stack.data.resolve("fileinfo.json");
    JSON.writeValue(files.toFile(), info);
    String dag = Path.of(graph).getFileName().toString().replace(".graphml", "");
    stack.ok("workflow", "start", dag, "--files", files.toString(), "--wait");
  }
}

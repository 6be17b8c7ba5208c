package org.p3s.standalone.system;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A directory that watches of a stack observe, with DAGs of one job that write to another
 * directory.
 */
final class WatchedInbox {

  private static final ObjectMapper JSON = new ObjectMapper();

  final Path outputs;
  private final StackUnderTest stack;
  private final Path inbox;

  WatchedInbox(StackUnderTest stack) throws IOException {
    this.stack = stack;
    this.inbox = Files.createDirectories(stack.data.resolve("inbox"));
    this.outputs = Files.createDirectories(stack.data.resolve("outputs"));
  }

  /** Adds a DAG of one job that runs a shell command; see {@link GraphMlTemplates#oneJob}. */
  void addDag(String name, String command) throws IOException, InterruptedException {
    Path file =
        Files.writeString(
            stack.data.resolve(name + ".graphml"),
            GraphMlTemplates.oneJob(command, outputs.toString()));
    stack.ok("dag", "add", file.toString(), "--name", name, "--replace");
  }

  /** Adds a watch of the inbox with quiet period 0. */
  void addWatch(String name, String dag, String pattern) throws IOException, InterruptedException {
    ObjectNode watch = JSON.createObjectNode();
    watch.put("name", name).put("path", inbox.toString()).put("pattern", pattern);
    watch.put("quiet_period", "PT0S").putArray("dags").add(dag);
    Path file = stack.data.resolve(name + ".json");
    JSON.writeValue(file.toFile(), watch);
    stack.ok("watch", "add", file.toString());
  }

  /** Moves a file into the inbox and returns its path. */
  Path drop(String name, String content) throws IOException {
    Path whole = Files.writeString(stack.data.resolve(name), content);
    return Files.move(whole, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits until the workflow of the file is in that state. */
  JsonNode awaitWorkflowOf(Path file, String state) {
    return stack.awaitWorkflow(awaitWorkflowOf(file), state);
  }

  /** Waits until the file has a workflow, and returns its id. */
  String awaitWorkflowOf(Path file) {
    return await()
        .atMost(StackUnderTest.LONG)
        .ignoreExceptions()
        .until(() -> workflowsOf(file), list -> !list.isEmpty())
        .get(0)
        .asText();
  }

  /** The ids of the workflows of a file. */
  JsonNode workflowsOf(Path file) throws IOException, InterruptedException {
    for (JsonNode node :
        stack.get("data-watcher-service", "/api/v1/files?limit=1000").get("items")) {
      if (node.get("path").asText().equals(file.toString())) {
        return node.get("workflows");
      }
    }
    return JSON.createArrayNode();
  }

  /** The job of a node of the DAG. */
  static JsonNode jobOf(JsonNode workflow, String node) {
    for (JsonNode job : workflow.get("jobs")) {
      if (node.equals(job.get("node").asText())) {
        return job;
      }
    }
    throw new AssertionError("no job of node " + node + " in " + workflow);
  }
}

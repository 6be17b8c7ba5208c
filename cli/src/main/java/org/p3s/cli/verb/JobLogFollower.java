package org.p3s.cli.verb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.p3s.cli.CommandContext;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.ChangeSignal;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.api.RequestRefused;
import org.p3s.cli.api.ServerSentEvents;
import org.p3s.cli.api.ServerSentEvents.ServerEvent;
import org.p3s.cli.text.JsonTree;

/**
 * {@code job log -f}: prints what all attempts of a job write until the job has ended. The log
 * comes from the broker; whether the job has ended comes from the workflow service, which knows it
 * also while the broker is not reachable or does not have the job yet.
 */
final class JobLogFollower {

  private static final int NOT_FOUND = 404;
  private static final long MOST_WAIT_MS = 500;

  private final CommandContext cli;
  private final String uuid;
  private final boolean stderrOnly;
  private String state = "";
  private int lastEndedAttempt;
  private boolean interrupted;

  JobLogFollower(CommandContext cli, String uuid, boolean stderrOnly) {
    this.cli = cli;
    this.uuid = uuid;
    this.stderrOnly = stderrOnly;
  }

  /** The exit code: 0 if the job succeeded. */
  int run() {
    try (ChangeSignal changes = ChangeSignal.listen(cli.api())) {
      while (true) {
        JsonNode job = cli.api().json(ApiRequest.get(P3sService.WORKFLOW, "/jobs/{}", uuid));
        boolean jobEnded = job.hasNonNull("outcome");
        if (lastEndedAttempt == 0 || job.path("attempt").asInt(1) > lastEndedAttempt) {
          boolean followed = followAttempt();
          if (jobEnded && !followed) {
            cli.terminal().note("(there is no log)");
          }
        }
        if (jobEnded) {
          return WaitForEnd.exitCode(cli, "job", List.of(job));
        }
        changes.await(MOST_WAIT_MS);
      }
    }
  }

  /**
   * Prints the log of the current attempt while it is written.
   *
   * @return true at the end of the attempt; false if there is nothing to follow yet, or the stream
   *     broke
   */
  private boolean followAttempt() {
    ApiRequest request =
        ApiRequest.get(P3sService.BROKER, "/jobs/{}/log", uuid).with("follow", true);
    try (ServerSentEvents events = cli.api().stream(request)) {
      for (ServerEvent event = events.next(); event != null; event = events.next()) {
        JsonNode data = json(event.data());
        switch (event.name()) {
          case "stdout", "stderr" -> printPiece(event.name().equals("stderr"), data);
          case "state" -> printState(data);
          case "end" -> {
            lastEndedAttempt = data.path("attempt").asInt(1);
            return true;
          }
          default -> {
            // An event of a newer broker.
          }
        }
      }
      reportInterruption("the stream ended early");
    } catch (RequestRefused e) {
      if (e.status() != NOT_FOUND) {
        throw e;
      }
    } catch (IOException e) {
      reportInterruption(String.valueOf(e.getMessage()));
    }
    return false;
  }

  private void reportInterruption(String why) {
    if (!interrupted) {
      cli.terminal().note("(the log is read again, some of it may be printed twice: " + why + ")");
      interrupted = true;
    }
  }

  private static JsonNode json(String data) {
    try {
      return JsonTree.parse(data);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private void printPiece(boolean isStderr, JsonNode data) {
    if (stderrOnly && !isStderr) {
      return;
    }
    long leftOut = data.path("left_out").asLong();
    if (leftOut != 0) {
      cli.terminal()
          .note(
              leftOut > 0
                  ? "(" + leftOut + " bytes are left out here)"
                  : "(something may be left out here)");
    }
    PrintStream to = isStderr && !stderrOnly ? cli.terminal().err() : cli.terminal().out();
    to.print(data.path("text").asText(""));
    to.flush();
  }

  private void printState(JsonNode data) {
    String now = data.path("state").asText();
    if (!now.equals(state) && !now.equals("running")) {
      cli.terminal().note(now.equals("defined") ? "(it waits for a pilot)" : "(it is " + now + ")");
    }
    state = now;
  }
}

package org.p3s.cli.verb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.p3s.cli.Context;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Changes;
import org.p3s.cli.api.Refused;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Json;

/**
 * {@code job log -f}: prints what a job writes until the job has ended, all attempts of it. What
 * the broker's stream can't tell, because it is away or does not know the job yet, the workflow
 * service knows.
 */
final class LogFollow {

  private static final int NOT_FOUND = 404;
  private static final long PAUSE_MS = 500;

  private final Context cli;
  private final String uuid;
  private final boolean stderrOnly;
  private String state = "";
  private int ended;
  private boolean interrupted;

  LogFollow(Context cli, String uuid, boolean stderrOnly) {
    this.cli = cli;
    this.uuid = uuid;
    this.stderrOnly = stderrOnly;
  }

  /** The exit code: 0 if the job succeeded. */
  int run() {
    try (Changes changes = Changes.follow(cli.api())) {
      while (true) {
        JsonNode job = cli.api().json(Call.get(Service.WORKFLOW, "/jobs/{}", uuid));
        boolean over = job.hasNonNull("outcome");
        if (ended == 0 || job.path("attempt").asInt(1) > ended) {
          boolean told = follow();
          if (over && !told) {
            cli.terminal().note("(there is no log)");
          }
        }
        if (over) {
          return Waiting.exit(cli, "job", List.of(job));
        }
        changes.await(PAUSE_MS);
      }
    }
  }

  /** True if an attempt was followed to its end; false if there is nothing to follow yet. */
  private boolean follow() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                cli.api().stream(
                    Call.get(Service.BROKER, "/jobs/{}/log", uuid).with("follow", true)),
                StandardCharsets.UTF_8))) {
      String event = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event:")) {
          event = line.substring("event:".length()).strip();
        } else if (line.startsWith("data:") && heard(event, data(line))) {
          return true;
        }
      }
      broken("the stream ended early");
    } catch (Refused e) {
      if (e.status() != NOT_FOUND) {
        throw e;
      }
    } catch (IOException e) {
      broken(String.valueOf(e.getMessage()));
    }
    return false;
  }

  private void broken(String why) {
    if (!interrupted) {
      cli.terminal().note("(following again, what was printed may come twice: " + why + ")");
      interrupted = true;
    }
  }

  private static JsonNode data(String line) {
    try {
      return Json.parse(line.substring("data:".length()));
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** True at the end of the attempt. */
  private boolean heard(String event, JsonNode data) {
    switch (event) {
      case "stdout", "stderr" -> piece(event.equals("stderr"), data);
      case "state" -> state(data);
      case "end" -> {
        ended = data.path("attempt").asInt(1);
        return true;
      }
      default -> {
        // What newer brokers may say.
      }
    }
    return false;
  }

  private void piece(boolean isStderr, JsonNode data) {
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

  private void state(JsonNode data) {
    String now = data.path("state").asText();
    if (!now.equals(state) && !now.equals("running")) {
      cli.terminal().note(now.equals("defined") ? "(it waits for a pilot)" : "(it is " + now + ")");
    }
    state = now;
  }
}

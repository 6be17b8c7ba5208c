package org.p3s.pilot;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One payload at a time: ask, run, report, and again, on a thread of its own. */
final class Slot implements Runnable {

  /** What the slot has in hand; {@code payload} is null before it runs. */
  record Held(Session session, Assignment job, @Nullable Payload payload) {}

  /** A job that was run, and how it ended. */
  private record Done(Assignment job, Map<String, @Nullable Object> report) {

    boolean is(Assignment other) {
      return job.job().equals(other.job()) && job.lease() == other.lease();
    }
  }

  private static final Duration LONG_POLL = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final int index;
  private final Agent agent;
  private final Http http;
  private final Delivery delivery;
  private volatile @Nullable Held held;
  private volatile @Nullable CompletableFuture<?> poll;
  private boolean complained;
  private @Nullable Done last;

  Slot(int index, Agent agent, Http http, Delivery delivery) {
    this.index = index;
    this.agent = agent;
    this.http = http;
    this.delivery = delivery;
  }

  @Nullable Held held() {
    return held;
  }

  /** Lets go of a poll that waits; the broker then gives this slot nothing. */
  void cancelPoll() {
    CompletableFuture<?> waiting = poll;
    if (waiting != null) {
      waiting.cancel(true);
    }
  }

  /** Stops the payload if there is one. */
  void stop(Payload.Stop why) {
    Held now = held;
    if (now != null && now.payload() != null) {
      now.payload().stop(why);
    }
  }

  @Override
  public void run() {
    try {
      Fields next = null;
      while (next != null || agent.standing.mayAsk()) {
        Session session = agent.standing.session();
        next = next == null ? ask(session) : next;
        if (next != null) {
          next = work(session, next);
        }
      }
    } catch (InterruptedException e) {
      // The agent does not interrupt slots; whoever did wants this thread to end.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      Log.line("slot %d ends, this is a bug: %s", index, e);
      e.printStackTrace();
    } finally {
      agent.standing.changed();
    }
  }

  /** One long poll, with the same request id until there is an answer. */
  private @Nullable Fields ask(Session session) throws InterruptedException {
    if (!agent.waitForRoom() || !agent.takeCycle()) {
      return null;
    }
    String request = UUID.randomUUID().toString();
    Backoff backoff = new Backoff(LONGEST_PAUSE);
    while (agent.standing.mayAskAs(session)) {
      Http.Answer answer = poll(session, request);
      if (answer == null) {
        agent.standing.pause(backoff.next());
        continue;
      }
      if (answer.ok()) {
        return answer.status() == 204 || answer.body().map().isEmpty() ? null : answer.body();
      }
      handleRefusal(session, answer);
      agent.standing.pause(backoff.next());
    }
    return null;
  }

  private void handleRefusal(Session session, Http.Answer answer) {
    if (answer.status() == 401) {
      agent.standing.needsToken(session);
    } else if (answer.status() == 410) {
      agent.gone(session, answer.why());
    } else {
      complain("the broker gives no job (" + answer.why() + "); asking again");
    }
  }

  /** Null if the broker could not be reached, or the poll was cancelled. */
  private Http.@Nullable Answer poll(Session session, String request) throws InterruptedException {
    Duration wait = agent.allowance.atMost(LONG_POLL);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("request", request);
    body.put("slot", index);
    body.put("site", agent.options.site());
    body.put("labels", agent.options.labels());
    body.put("remaining_s", agent.allowance.remainingSeconds());
    String url =
        session.broker
            + "/api/v1/pilots/"
            + session.pilot
            + "/next?wait="
            + Math.max(1, wait.toSeconds())
            + "s";
    try {
      CompletableFuture<Http.Answer> waiting =
          http.send("POST", url, session.token(), body, wait.plus(ANSWER));
      poll = waiting;
      agent.standing.polling();
      if (!agent.standing.mayAskAs(session)) {
        waiting.cancel(true);
      }
      Http.Answer answer = Http.await(waiting);
      if (!answer.passing()) {
        recovered();
      }
      return answer;
    } catch (CancellationException e) {
      return null;
    } catch (IOException e) {
      complain("the broker is away (" + why(e) + "); asking again until it is back");
      return null;
    } finally {
      poll = null;
    }
  }

  private static String why(IOException e) {
    return e instanceof ConnectException ? "no connection" : Http.why(e);
  }

  private void complain(String what) {
    if (!complained) {
      Log.line(what);
      complained = true;
    }
  }

  private void recovered() {
    if (complained) {
      Log.line("the broker answers again");
      complained = false;
    }
  }

  /** Runs a job to its end and reports; the next job if the broker had one at once. */
  private @Nullable Fields work(Session session, Fields answer) throws InterruptedException {
    Assignment job;
    try {
      job = Assignment.of(answer);
    } catch (IOException | IllegalArgumentException e) {
      complain("the broker's job is not understood: " + e.getMessage());
      agent.standing.pause(LONGEST_PAUSE);
      return null;
    }
    held = new Held(session, job, null);
    try {
      Done before = last;
      if (before != null && before.is(job)) {
        // The broker does not know of its end; what ran under this lease never runs again.
        Log.line("job %s: it has run here, its report is brought again", job.job());
        agent.standing.pause(LONGEST_PAUSE);
        return delivery.deliver(session, job, before.report(), index);
      }
      Map<String, @Nullable Object> report = execute(session, job);
      agent.crew.jobEnded();
      if (report == null) {
        Log.line("job %s: its lease is lost; its report and its logs stay here", job.job());
        return null;
      }
      last = new Done(job, report);
      return delivery.deliver(session, job, report, index);
    } finally {
      held = null;
      agent.disk.jobEnded(agent.crew::jobs);
    }
  }

  /** The finish report, or null if there is nobody to report to. */
  private @Nullable Map<String, @Nullable Object> execute(Session session, Assignment job)
      throws InterruptedException {
    Report report = new Report(job, session, agent.host);
    JobDir dir = null;
    try {
      dir = JobDir.make(agent.work.path(), job);
      Command command = Command.of(job, session, System.getenv(), dir.work());
      try {
        return run(session, job, command, dir, report);
      } finally {
        command.cleanUp(job);
      }
    } catch (Command.CannotStart e) {
      return notStarted(report, job, e.errcode, String.valueOf(e.getMessage()), dir);
    } catch (IOException | IllegalArgumentException e) {
      String reason = "cannot start " + job.payload() + ": " + e.getMessage();
      return notStarted(report, job, Command.CannotStart.NOT_EXECUTABLE, reason, dir);
    }
  }

  private static Map<String, @Nullable Object> notStarted(
      Report report, Assignment job, int errcode, String reason, @Nullable JobDir dir) {
    Log.line("job %s (%s): not started: %s", job.job(), job.name(), reason);
    return report.neverStarted(errcode, reason, dir);
  }

  private @Nullable Map<String, @Nullable Object> run(
      Session session, Assignment job, Command command, JobDir dir, Report report)
      throws IOException, InterruptedException {
    Logs logs = new Logs(dir, agent.options.maxLogMib() * 1024 * 1024);
    boolean alone = session.slots == 1;
    report.lookAtInputs(dir.work());
    Payload payload = Payload.start(job, command, dir, logs, agent.guard, alone);
    held = new Held(session, job, payload);
    Log.line("job %s (%s): runs as pid %d in %s", job.job(), job.name(), payload.pid(), dir.root());
    // The payload does not wait for the broker to know.
    StartReport start = new StartReport(http, agent, session, job, payload, dir.root().toString());
    start.send();
    LiveLog live = new LiveLog(http, session, job, logs);
    LeaseWatch watch = new LeaseWatch(http, agent, session, job, payload, live);
    watch.begin();
    agent.standing.stopIfUnwanted(session, payload);
    Payload.Outcome outcome = payload.await();
    start.cancel();
    watch.end();
    live.end();
    Payload.Stop stop = outcome.stop();
    Log.line(
        "job %s: ended with exit code %d%s",
        job.job(), outcome.exitValue(), stop == null ? "" : ", " + stop.state());
    Map<String, @Nullable Object> ended = report.ended(outcome, payload.pid(), logs, dir);
    if (stop != null && !stop.report()) {
      last = new Done(job, ended);
      delivery.keep(session, job, ended);
      return null;
    }
    return ended;
  }
}

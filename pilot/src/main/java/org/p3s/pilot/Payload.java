package org.p3s.pilot;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A payload that runs: one process group of its own, whose leader is the payload itself.
 *
 * <p>One thread waits in {@link #await}; any thread may call {@link #stop}. The start is in two
 * steps: a shell that is the leader of the new group waits for a word on its standard input and
 * only then becomes the payload. By that time the {@link Guard} knows the group, so no death of the
 * pilot, at whatever moment, leaves a payload behind.
 */
final class Payload {

  /** From TERM to KILL. */
  static final Duration GRACE = Duration.ofSeconds(5);

  static final String SETSID = setsid();

  private static final String WAIT_THEN_RUN = "read -r go || exit 143; exec \"$@\" </dev/null";
  private static final Duration FIRST_LOOK = Duration.ofMillis(50);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

  /** In which all pids of a machine are not given out. */
  private static final Duration SHORT = Duration.ofMillis(500);

  /** Why a payload was stopped. */
  record Stop(String state, String reason, boolean report) {}

  /** How a payload ended; CPU and memory are null where nothing was seen. */
  record Outcome(
      int exitValue,
      @Nullable Stop stop,
      Instant started,
      Instant ended,
      @Nullable Double cpuSeconds,
      @Nullable Long maxRssKib) {}

  private final Assignment job;
  private final Process process;
  private final Logs logs;
  private final Guard guard;
  private final boolean alone;
  // The end is told by what passed since the start: a clock that is set meanwhile changes nothing.
  private final Instant started = Instant.now();
  private final long startedNanos = System.nanoTime();
  private final long startTicks;
  private final double childrenBefore;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private double cpuSeen;
  private long rssSeen;
  private @Nullable Stop stop;

  /**
   * @param alone true if this is the pilot's only slot, so that what its children used is what the
   *     payload used
   */
  static Payload start(
      Assignment job, Command command, JobDir dir, Logs logs, Guard guard, boolean alone)
      throws IOException {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of(SETSID, "/bin/sh", "-c", WAIT_THEN_RUN, "p3s-payload"));
    argv.addAll(command.argv());
    ProcessBuilder builder = new ProcessBuilder(argv).directory(dir.work().toFile());
    builder.environment().clear();
    builder.environment().putAll(command.env());
    double before = Processes.ownChildren();
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      guard.add(process.pid());
      in.write("go\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      process.destroyForcibly();
      guard.remove(process.pid());
      throw e;
    }
    logs.carry(process);
    return new Payload(job, process, logs, guard, alone, before);
  }

  private Payload(
      Assignment job, Process process, Logs logs, Guard guard, boolean alone, double before) {
    this.job = job;
    this.logs = logs;
    this.process = process;
    this.guard = guard;
    this.alone = alone;
    this.childrenBefore = before;
    this.startTicks = Processes.startTicks(process.pid());
    process.onExit().thenRun(this::wake);
  }

  long pid() {
    return process.pid();
  }

  Instant started() {
    return started;
  }

  /** Asks for the end of the payload; the first reason counts. */
  void stop(Stop why) {
    lock.lock();
    try {
      if (stop == null) {
        stop = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end, enforces the time limit, and leaves no process of the group behind. */
  Outcome await() throws InterruptedException {
    try {
      Stop why = waitForExit();
      Instant ended = started.plusNanos(System.nanoTime() - startedNanos);
      int exitValue = process.exitValue();
      endStragglers();
      logs.close();
      return outcome(exitValue, why, ended);
    } finally {
      guard.remove(process.pid());
    }
  }

  private @Nullable Stop waitForExit() throws InterruptedException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(0, job.timelimit()));
    long killAt = 0;
    boolean termSent = false;
    boolean killSent = false;
    Duration look = FIRST_LOOK;
    long lookAt = System.nanoTime() + look.toNanos();
    lock.lock();
    try {
      while (process.isAlive()) {
        long now = System.nanoTime();
        if (stop == null && now - limit >= 0) {
          stop = new Stop("timelimit", "over its time limit of " + job.timelimit() + " s", true);
        }
        if (stop != null && !termSent) {
          Log.line("job %s: stopping its payload: %s", job.job(), stop.reason());
          signal("TERM");
          termSent = true;
          killAt = now + GRACE.toNanos();
        }
        if (termSent && !killSent && now - killAt >= 0) {
          Log.line("job %s: its payload ignores TERM and gets KILL", job.job());
          signal("KILL");
          killSent = true;
        }
        if (now - lookAt >= 0) {
          look = look(look);
          lookAt = System.nanoTime() + look.toNanos();
        }
        long next = Math.min(lookAt - now, stop == null ? limit - now : Long.MAX_VALUE);
        if (termSent && !killSent) {
          next = Math.min(next, killAt - now);
        }
        changed.awaitNanos(Math.max(next, 1_000_000));
      }
      return stop;
    } finally {
      lock.unlock();
    }
  }

  /** Notes what the group uses; looks less often the longer it runs, or the longer a look takes. */
  private Duration look(Duration last) {
    long before = System.nanoTime();
    Processes.Usage usage = Processes.usage(Processes.ofGroup(process.pid()));
    cpuSeen = Math.max(cpuSeen, usage.cpuSeconds());
    rssSeen = Math.max(rssSeen, Math.max(usage.rssKib(), usage.highestKib()));
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    Duration next = last.multipliedBy(2);
    next = next.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : next;
    Duration cheap = took.multipliedBy(100);
    return cheap.compareTo(next) > 0 ? cheap : next;
  }

  /** A job ends with its payload: what it left running in the background ends now. */
  private void endStragglers() throws InterruptedException {
    boolean wasShort = System.nanoTime() - startedNanos < SHORT.toNanos();
    if (wasShort && Processes.nothingLeft(process.pid(), job.job(), startTicks)) {
      return;
    }
    long deadline = System.nanoTime() + GRACE.toNanos();
    Set<Long> told = new HashSet<>();
    while (true) {
      List<Processes.Proc> left = Processes.ofJob(process.pid(), job.job(), startTicks);
      if (left.isEmpty()) {
        return;
      }
      if (System.nanoTime() - deadline >= 0) {
        Log.line("job %s: %d processes ignore TERM and get KILL", job.job(), left.size());
        signal("KILL", left);
        return;
      }
      // Some may have been born while the others were told.
      boolean fresh = false;
      for (Processes.Proc proc : left) {
        fresh |= told.add(proc.pid());
      }
      if (fresh) {
        Log.line("job %s: its payload left %d processes, which get TERM", job.job(), left.size());
        signal("TERM", left);
      }
      // They are no children of this process: nothing tells of their end.
      Thread.sleep(20);
    }
  }

  private Outcome outcome(int exitValue, @Nullable Stop why, Instant ended) {
    double cpu = cpuSeen;
    if (alone) {
      cpu = Math.max(cpu, Processes.ownChildren() - childrenBefore);
    }
    return new Outcome(
        exitValue,
        why,
        started,
        ended,
        cpu > 0 || alone ? (Double) cpu : null,
        rssSeen > 0 ? (Long) rssSeen : null);
  }

  private void signal(String name) {
    signal(name, Processes.ofJob(process.pid(), job.job(), startTicks));
  }

  /** To the whole group, and to those who left it. */
  private void signal(String name, List<Processes.Proc> processes) {
    StringBuilder targets = new StringBuilder(" -").append(process.pid());
    for (Processes.Proc proc : processes) {
      if (proc.group() != process.pid()) {
        targets.append(' ').append(proc.pid());
      }
    }
    ProcessBuilder kill =
        new ProcessBuilder("/bin/sh", "-c", "kill -s " + name + " --" + targets)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    kill.environment().clear();
    try {
      kill.start();
    } catch (IOException e) {
      Log.line("cannot send %s to%s: %s", name, targets, e);
    }
  }

  private static String setsid() {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return Stream.of((path + ":/usr/bin:/bin").split(":"))
        .filter(place -> !place.isEmpty())
        .map(place -> Path.of(place, "setsid"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElse("setsid");
  }
}

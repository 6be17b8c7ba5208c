package org.p3s.pilot.payload;

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
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.workdir.JobDirectory;

/**
 * A payload that runs. It is the leader of a process group of its own.
 *
 * <p>One thread waits in {@link #await}; any thread may call {@link #stop}. The start has two
 * steps: a shell starts as the leader of the new group and waits for a line on its standard input;
 * only then it becomes the payload. Before it gets that line, the {@link PayloadGuard} knows the
 * group, so that no payload outlives the pilot, at whatever moment the pilot dies.
 */
public final class PayloadProcess {

  /** The time between TERM and KILL. */
  static final Duration GRACE = Duration.ofSeconds(5);

  static final String SETSID = setsid();

  private static final String WAIT_THEN_RUN = "read -r go || exit 143; exec \"$@\" </dev/null";

  /** In so short a time the pids of a machine do not start again from the lowest. */
  private static final Duration SHORT_RUN = Duration.ofMillis(500);

  /**
   * How a payload ended.
   *
   * @param stop why it was stopped, null if it ended by itself
   * @param cpuSeconds null if it was not measured
   * @param maxRssKib the most resident memory of its processes; null if it was not measured
   */
  public record Outcome(
      int exitValue,
      @Nullable PayloadStop stop,
      Instant started,
      Instant ended,
      @Nullable Double cpuSeconds,
      @Nullable Long maxRssKib) {}

  private final AssignedJob job;
  private final Process process;
  private final PayloadLogs logs;
  private final PayloadGuard guard;
  private final PayloadUsage usage;
  // The end is computed from the time since the start, so that it is right if the clock is changed.
  private final Instant started = Instant.now();
  private final long startedNanos = System.nanoTime();
  private final long startTicks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable PayloadStop stop;

  /**
   * Starts a payload.
   *
   * @param onlySlot true if the pilot has one slot: then the CPU time of the pilot's children is
   *     that of the payload
   */
  public static PayloadProcess start(
      AssignedJob job,
      PayloadCommand command,
      JobDirectory dir,
      PayloadLogs logs,
      PayloadGuard guard,
      boolean onlySlot)
      throws IOException {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of(SETSID, "/bin/sh", "-c", WAIT_THEN_RUN, "p3s-payload"));
    argv.addAll(command.argv());
    ProcessBuilder builder = new ProcessBuilder(argv).directory(dir.work().toFile());
    builder.environment().clear();
    builder.environment().putAll(command.env());
    PayloadUsage usage = new PayloadUsage(onlySlot);
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      guard.add(process.pid());
      in.write("go\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      process.destroyForcibly();
      guard.remove(process.pid());
      throw e;
    }
    logs.read(process);
    return new PayloadProcess(job, process, logs, guard, usage);
  }

  private PayloadProcess(
      AssignedJob job, Process process, PayloadLogs logs, PayloadGuard guard, PayloadUsage usage) {
    this.job = job;
    this.logs = logs;
    this.process = process;
    this.guard = guard;
    this.usage = usage;
    this.startTicks = ProcessTable.startTicks(process.pid());
    process.onExit().thenRun(this::wake);
  }

  public long pid() {
    return process.pid();
  }

  public Instant started() {
    return started;
  }

  /** Stops the payload; if this is called again, the first reason remains. */
  public void stop(PayloadStop why) {
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

  /** Waits for the end and enforces the time limit; then ends all that the payload left running. */
  public Outcome await() throws InterruptedException {
    try {
      PayloadStop why = waitForExit();
      Instant ended = started.plusNanos(System.nanoTime() - startedNanos);
      int exitValue = process.exitValue();
      endRemainingProcesses();
      logs.close();
      return outcome(exitValue, why, ended);
    } finally {
      guard.remove(process.pid());
    }
  }

  private @Nullable PayloadStop waitForExit() throws InterruptedException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(0, job.timelimit()));
    long killAt = 0;
    boolean termSent = false;
    boolean killSent = false;
    Duration period = PayloadUsage.FIRST_SAMPLE;
    long sampleAt = System.nanoTime() + period.toNanos();
    lock.lock();
    try {
      while (process.isAlive()) {
        long now = System.nanoTime();
        if (stop == null && now - limit >= 0) {
          stop = PayloadStop.timelimit(job.timelimit());
        }
        if (stop != null && !termSent) {
          PilotLog.line("job %s: stopping its payload: %s", job.job(), stop.reason());
          signal("TERM");
          termSent = true;
          killAt = now + GRACE.toNanos();
        }
        if (termSent && !killSent && now - killAt >= 0) {
          PilotLog.line("job %s: its payload ignores TERM and gets KILL", job.job());
          signal("KILL");
          killSent = true;
        }
        if (now - sampleAt >= 0) {
          period = usage.sample(process.pid(), period);
          sampleAt = System.nanoTime() + period.toNanos();
        }
        long next = Math.min(sampleAt - now, stop == null ? limit - now : Long.MAX_VALUE);
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

  /** A job ends with its payload, so what the payload left running in the background ends now. */
  private void endRemainingProcesses() throws InterruptedException {
    boolean wasShort = System.nanoTime() - startedNanos < SHORT_RUN.toNanos();
    if (wasShort && ProcessTable.isNothingLeft(process.pid(), job.job(), startTicks)) {
      return;
    }
    long deadline = System.nanoTime() + GRACE.toNanos();
    Set<Long> signalled = new HashSet<>();
    while (true) {
      List<ProcessTable.Proc> left = ProcessTable.ofJob(process.pid(), job.job(), startTicks);
      if (left.isEmpty()) {
        return;
      }
      if (System.nanoTime() - deadline >= 0) {
        PilotLog.line(
            "job %s: %d remaining processes ignore TERM and get KILL", job.job(), left.size());
        signal("KILL", left);
        return;
      }
      // New processes may have started since the last signal.
      boolean fresh = false;
      for (ProcessTable.Proc proc : left) {
        fresh |= signalled.add(proc.pid());
      }
      if (fresh) {
        PilotLog.line(
            "job %s: its payload left %d processes, which get TERM", job.job(), left.size());
        signal("TERM", left);
      }
      // They are not children of this process, so their end can only be seen by polling.
      Thread.sleep(20);
    }
  }

  private Outcome outcome(int exitValue, @Nullable PayloadStop why, Instant ended) {
    return new Outcome(exitValue, why, started, ended, usage.cpuSeconds(), usage.maxRssKib());
  }

  private void signal(String name) {
    signal(name, ProcessTable.ofJob(process.pid(), job.job(), startTicks));
  }

  /** Signals the whole group, and the processes that left it. */
  private void signal(String name, List<ProcessTable.Proc> processes) {
    StringBuilder targets = new StringBuilder(" -").append(process.pid());
    for (ProcessTable.Proc proc : processes) {
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
      PilotLog.line("cannot send %s to%s: %s", name, targets, e);
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

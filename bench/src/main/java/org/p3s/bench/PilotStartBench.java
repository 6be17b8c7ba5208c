package org.p3s.bench;

import io.vertx.core.http.HttpMethod;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.p3s.bench.RunningStack.Service;

/**
 * {@code p3s bench pilot}: the size of the agent's jar, the time until it is registered, and its
 * resident memory while it waits.
 */
final class PilotStartBench {

  private static final int STARTS = 5;
  private static final int IDLE_SECONDS = 10;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final RunningStack stack;
  private final Path jar;
  private final PrintStream out;

  PilotStartBench(RunningStack stack, Path home, PrintStream out) {
    this.stack = stack;
    this.jar = home.resolve("pilot/target/p3s-pilot.jar");
    this.out = out;
  }

  /**
   * One start of the agent.
   *
   * @param nanos until it was registered
   * @param mib resident memory after some idle seconds; 0: not measured
   */
  private record Start(long nanos, double mib) {}

  void run() throws IOException, InterruptedException {
    long[] nanos = new long[STARTS];
    double largest = 0;
    try (EventLoopHttpClient http = new EventLoopHttpClient(stack, 4)) {
      for (int i = 0; i < STARTS; i++) {
        Start start = measureStart(http, i == STARTS - 1);
        nanos[i] = start.nanos();
        largest = Math.max(largest, start.mib());
      }
    }
    new ResultTable()
        .row("PILOT", "%d starts one after the other, as the stack starts its pilots", STARTS)
        .row("jar", "%.2f MiB", Files.size(jar) / (double) (1 << 20))
        .row("process started to registered", "%s", LatencyFigures.ofNanos(nanos))
        .row("resident after " + IDLE_SECONDS + " s in long poll", "%.1f MiB", largest)
        .print(out);
  }

  private Start measureStart(EventLoopHttpClient http, boolean idle)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process = launch();
    try {
      String path = "/api/v1/pilots?limit=1000&site=local";
      String mine = "\"pid\":" + process.pid() + ",";
      long taken;
      do {
        if (System.nanoTime() - begin > LIMIT_NANOS || !process.isAlive()) {
          throw new IOException("the pilot does not register");
        }
        TimeUnit.MILLISECONDS.sleep(2);
        taken = System.nanoTime() - begin;
      } while (!EventLoopHttpClient.await(
              http.send(HttpMethod.GET, Service.PILOTS, path, stack.token("viewer"), null), 200)
          .body()
          .toString()
          .replace(" ", "")
          .contains(mine));
      if (!idle) {
        return new Start(taken, 0);
      }
      TimeUnit.SECONDS.sleep(IDLE_SECONDS);
      String[] pages =
          Files.readString(Path.of("/proc", Long.toString(process.pid()), "statm")).split(" ", -1);
      return new Start(taken, Long.parseLong(pages[1]) * 4096.0 / (1 << 20));
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private Process launch() throws IOException {
    Path work = Files.createDirectories(stack.data().resolve("bench/pilot"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx48m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            jar.toString(),
            "--server",
            "http://127.0.0.1:" + stack.port(Service.PILOTS),
            "--broker",
            "http://127.0.0.1:" + stack.port(Service.BROKER),
            "--token-file",
            stack.data().resolve("secrets/join.token").toAbsolutePath().toString(),
            "--site",
            "local",
            "--work",
            work.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(work.resolve("pilot.log").toFile()))
        .redirectInput(new File("/dev/null"))
        .start();
  }
}

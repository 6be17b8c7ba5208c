package org.p3s.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code p3s bench NAME}: measures the running stack whose data directory is {@code P3S_DATA}. */
public final class Main {

  private static final String USAGE =
      """
      usage: p3s bench file [COUNT=200] [WARMUP=100]   from the arrival of a file to the end of its workflow
             p3s bench dag [NODES=5000]                a large DAG: load, start, run
             p3s bench broker [--pilots 200] [--rate 100] [--seconds 60] [--warmup 30] [--lead 5] [--jobs N]
                              [--peers]                throughput, then latency at a fixed rate
             p3s bench overload [--pilots 20] [--seconds 120] [--lead 30] [--staleafter 10]
                                                       twice as many jobs as the pilots can run
             p3s bench claim [CLAIMS=300]              a claim with 1,000 and 1,000,000 jobs in the queue
             p3s bench parked [--pilots 10000] [--seconds 60]
                                                       pilots that wait in a long poll
             p3s bench pilot                           the agent: size of the jar, memory, time until it is registered
      Start the stack first: ./p3s up\
      """;

  private static final Set<String> OPTIONS =
      Set.of("--pilots", "--rate", "--seconds", "--warmup", "--lead", "--jobs", "--staleafter");

  /** Exit codes: 0 done, 1 failed, 2 usage. */
  public static void main(String[] args) throws InterruptedException {
    try {
      List<String> all = Arrays.asList(args);
      BenchOptions options =
          BenchOptions.of(
              all.isEmpty() ? all : all.subList(1, all.size()), Set.of("--peers"), OPTIONS);
      System.exit(run(all.isEmpty() ? "" : all.get(0), options));
    } catch (NumberFormatException e) {
      System.err.println(USAGE);
      System.exit(2);
    } catch (IOException | SQLException e) {
      System.err.println("p3s bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private static int run(String bench, BenchOptions options)
      throws IOException, SQLException, InterruptedException {
    Map<String, String> env = System.getenv();
    Path home = Path.of(env.getOrDefault("P3S_HOME", "."));
    Path data = Path.of(env.getOrDefault("P3S_DATA", home.resolve(".p3s").toString()));
    int offset = Integer.parseInt(env.getOrDefault("P3S_PORT_OFFSET", "0"));
    RunningStack stack = new RunningStack(data, offset);
    switch (bench) {
      case "file" -> {
        requireStack(data);
        new FileBench(data, offset, System.out).run(options.number(1, 100), options.number(0, 200));
      }
      case "dag" -> {
        requireStack(data);
        new LargeDagBench(data, offset, System.out).run(options.number(0, 5_000));
      }
      case "broker" -> {
        requireStack(data);
        ThroughputLoad.Result result =
            new BrokerBench(stack, System.out).run(BrokerBench.Plan.of(options));
        if (options.has("--peers")) {
          new PeerComparison(stack, System.out).run(result);
        }
      }
      case "overload" -> {
        requireStack(data);
        new OverloadBench(stack, System.out).run(OverloadBench.Plan.of(options));
      }
      case "claim" -> {
        requireStack(data);
        new ClaimBench(stack, home, System.out).run(options.number(0, 300));
      }
      case "parked" -> {
        requireStack(data);
        new WaitingPilotsBench(stack, System.out)
            .run(options.named("--pilots", 10_000), options.named("--seconds", 60));
      }
      case "pilot" -> {
        requireStack(data);
        new PilotStartBench(stack, home, System.out).run();
      }
      default -> {
        System.err.println(USAGE);
        return 2;
      }
    }
    return 0;
  }

  private static void requireStack(Path data) throws IOException {
    if (!Files.isReadable(data.resolve("secrets/admin.token"))) {
      throw new IOException("no stack at " + data.toAbsolutePath() + "; start it: ./p3s up");
    }
  }

  private Main() {}
}

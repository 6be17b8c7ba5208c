package org.p3s.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code p3s bench WHAT}: measures the running stack of {@code P3S_DATA}. */
public final class Main {

  private static final String USAGE =
      """
      usage: p3s bench file [COUNT=200] [WARMUP=100]   the path of one file
             p3s bench dag [NODES=5000]                a large DAG: loaded, started, run
             p3s bench broker [--pilots 200] [--rate 100] [--seconds 60] [--warmup 30] [--lead 5] [--jobs N]
                              [--peers]                full job lives, and dispatch latency
             p3s bench overload [--pilots 20] [--seconds 120] [--lead 30] [--staleafter 10]
                                                       twice the load that fits
             p3s bench claim [CLAIMS=300]              a claim with 1,000 and 1,000,000 jobs waiting
             p3s bench parked [--pilots 10000] [--seconds 60]
                                                       pilots that wait and beat
             p3s bench pilot                           the agent: size, memory, time to ready
      The stack must be up (./p3s up).\
      """;

  private static final Set<String> NAMED =
      Set.of("--pilots", "--rate", "--seconds", "--warmup", "--lead", "--jobs", "--staleafter");

  /** Exit codes: 0 done, 1 failed, 2 usage. */
  public static void main(String[] args) throws InterruptedException {
    try {
      List<String> words = Arrays.asList(args);
      Options options =
          Options.of(
              words.isEmpty() ? words : words.subList(1, words.size()), Set.of("--peers"), NAMED);
      System.exit(run(words.isEmpty() ? "" : words.get(0), options));
    } catch (NumberFormatException e) {
      System.err.println(USAGE);
      System.exit(2);
    } catch (IOException | SQLException e) {
      System.err.println("p3s bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private static int run(String what, Options options)
      throws IOException, SQLException, InterruptedException {
    Map<String, String> env = System.getenv();
    Path home = Path.of(env.getOrDefault("P3S_HOME", "."));
    Path data = Path.of(env.getOrDefault("P3S_DATA", home.resolve(".p3s").toString()));
    int offset = Integer.parseInt(env.getOrDefault("P3S_PORT_OFFSET", "0"));
    Stack stack = new Stack(data, offset);
    switch (what) {
      case "file" -> {
        ready(data);
        new FilePath(data, offset, System.out).run(options.number(1, 100), options.number(0, 200));
      }
      case "dag" -> {
        ready(data);
        new BigDag(data, offset, System.out).run(options.number(0, 5_000));
      }
      case "broker" -> {
        ready(data);
        Throughput.Result ours = new BrokerLoad(stack, System.out).run(BrokerLoad.Plan.of(options));
        if (options.has("--peers")) {
          new Peers(stack, System.out).run(ours);
        }
      }
      case "overload" -> {
        ready(data);
        new Overload(stack, System.out).run(Overload.Plan.of(options));
      }
      case "claim" -> {
        ready(data);
        new ClaimCost(stack, home, System.out).run(options.number(0, 300));
      }
      case "parked" -> {
        ready(data);
        new Parked(stack, System.out)
            .run(options.named("--pilots", 10_000), options.named("--seconds", 60));
      }
      case "pilot" -> {
        ready(data);
        new PilotStart(stack, home, System.out).run();
      }
      default -> {
        System.err.println(USAGE);
        return 2;
      }
    }
    return 0;
  }

  private static void ready(Path data) throws IOException {
    if (!Files.isReadable(data.resolve("secrets/admin.token"))) {
      throw new IOException("no stack at " + data.toAbsolutePath() + "; start it: ./p3s up");
    }
  }

  private Main() {}
}

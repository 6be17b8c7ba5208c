package org.p3s.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** {@code p3s bench WHAT}: measures the running stack of {@code P3S_DATA}. */
public final class Main {

  private static final String USAGE =
      """
      usage: p3s bench file [COUNT=200] [WARMUP=100]   the path of one file
             p3s bench dag [NODES=5000]                a large DAG: loaded, started, run
      The stack must be up (./p3s up).""";

  /** Exit codes: 0 done, 1 failed, 2 usage. */
  public static void main(String[] args) throws InterruptedException {
    try {
      int[] numbers = Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray();
      System.exit(run(args.length == 0 ? "" : args[0], numbers));
    } catch (NumberFormatException e) {
      System.err.println(USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("p3s bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private static int run(String what, int[] numbers) throws IOException, InterruptedException {
    Map<String, String> env = System.getenv();
    Path data = Path.of(env.getOrDefault("P3S_DATA", env.getOrDefault("P3S_HOME", ".") + "/.p3s"));
    int offset = Integer.parseInt(env.getOrDefault("P3S_PORT_OFFSET", "0"));
    switch (what) {
      case "file" -> {
        ready(data);
        new FilePath(data, offset, System.out).run(or(numbers, 1, 100), or(numbers, 0, 200));
      }
      case "dag" -> {
        ready(data);
        new BigDag(data, offset, System.out).run(or(numbers, 0, 5_000));
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

  private static int or(int[] numbers, int index, int otherwise) {
    return index < numbers.length ? numbers[index] : otherwise;
  }

  private Main() {}
}

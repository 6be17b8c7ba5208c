package org.p3s.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** {@code p3s bench file [COUNT] [WARMUP]}: measures the running stack of {@code P3S_DATA}. */
public final class Main {

  private static final String USAGE =
      "usage: p3s bench file [COUNT=200] [WARMUP=100]    (the stack must be up)";

  /** Exit codes: 0 done, 1 failed, 2 usage. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length == 0 || !args[0].equals("file") || args.length > 3) {
      System.err.println(USAGE);
      System.exit(2);
    }
    try {
      int[] numbers = Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray();
      Map<String, String> env = System.getenv();
      Path data =
          Path.of(env.getOrDefault("P3S_DATA", env.getOrDefault("P3S_HOME", ".") + "/.p3s"));
      if (!Files.isReadable(data.resolve("secrets/admin.token"))) {
        throw new IOException("no stack at " + data.toAbsolutePath() + "; start it: ./p3s up");
      }
      int offset = Integer.parseInt(env.getOrDefault("P3S_PORT_OFFSET", "0"));
      new FilePath(data, offset, System.out)
          .run(numbers.length > 1 ? numbers[1] : 100, numbers.length > 0 ? numbers[0] : 200);
    } catch (NumberFormatException e) {
      System.err.println(USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("p3s bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private Main() {}
}

package org.p3s.detector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The generator of raw files ({@code generate}) and the payloads ({@code decode}, {@code noise},
 * {@code hits}, {@code purity}, {@code summary}). Payloads take the paths of their files from the
 * environment.
 *
 * <p>Exit codes: 0 success, 1 the input can't be used (stderr says why), 2 wrong arguments.
 */
public final class Main {

  public static void main(String[] args) {
    System.exit(run(args, System.getenv()));
  }

  static int run(String[] args, Map<String, String> env) {
    try {
      switch (args.length == 0 ? "" : args[0]) {
        case "generate" -> generate(Arrays.asList(args).subList(1, args.length));
        case "decode" -> DemoPayloads.decode(env);
        case "noise" -> DemoPayloads.noise(env, args.length > 1 ? args[1] : "");
        case "hits" -> DemoPayloads.hits(env);
        case "purity" -> DemoPayloads.purity(env);
        case "summary" -> DemoPayloads.summary(env);
        default ->
            throw new IllegalArgumentException(
                "usage: p3s-detector generate --out DIR --count N --run R [--corrupt K] [--seed S]"
                    + " | decode | noise U|V|C | hits | purity | summary");
      }
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("ERROR " + e.getMessage());
      return 1;
    }
  }

  private static void generate(List<String> args) throws IOException {
    Map<String, String> options = new HashMap<>(Map.of("--corrupt", "0", "--seed", "1"));
    for (int i = 0; i + 1 < args.size(); i += 2) {
      options.put(args.get(i), args.get(i + 1));
    }
    if (!options.keySet().containsAll(List.of("--out", "--count", "--run"))) {
      throw new IllegalArgumentException("generate needs --out, --count and --run");
    }
    List<Path> files =
        new RawFileGenerator(Long.parseLong(options.get("--seed")))
            .write(
                Path.of(options.get("--out")),
                Integer.parseInt(options.get("--run")),
                Integer.parseInt(options.get("--count")),
                Integer.parseInt(options.get("--corrupt")));
    files.forEach(System.out::println);
  }

  /** Writes a complete file or none; creates its directory if it is missing. */
  static void write(Path file, byte[] content) throws IOException {
    Path dir = file.toAbsolutePath().getParent();
    if (dir == null) {
      throw new IOException(file + " has no directory");
    }
    Files.createDirectories(dir);
    Path part = dir.resolve("." + file.getFileName() + ".part");
    Files.write(part, content);
    Files.move(
        part,
        file,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    System.out.printf(Locale.ROOT, "wrote %s, %d bytes%n", file, content.length);
  }

  static void write(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private Main() {}
}

package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs a page of the documentation. The {@code sh} blocks run one after the other in one shell. The
 * lines of a {@code text} block must appear, in this order, in the output of the block before it;
 * {@code ...} stands for any text.
 */
final class DocumentationPage {

  private record Step(String commands, List<String> expectedLines) {}

  private static final String MARK = "=== step ";

  private final List<Step> steps = new ArrayList<>();

  static DocumentationPage of(Path file) throws IOException {
    DocumentationPage page = new DocumentationPage();
    StringBuilder block = null;
    String kind = "";
    for (String line : Files.readAllLines(file)) {
      if (block == null && line.startsWith("```")) {
        block = new StringBuilder();
        kind = line.substring(3).strip();
      } else if (block != null && line.equals("```")) {
        page.add(kind, block.toString());
        block = null;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    return page;
  }

  private void add(String kind, String block) {
    if (kind.equals("sh")) {
      steps.add(new Step(block, new ArrayList<>()));
    } else if (kind.equals("text")) {
      steps.get(steps.size() - 1).expectedLines().addAll(block.lines().toList());
    }
  }

  /** How many blocks of commands it has. */
  int size() {
    return steps.size();
  }

  /** Runs the page in a directory; fails if a command fails or prints something else. */
  void run(Path dir, Map<String, String> environment) throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder("set -euo pipefail\nexec 2>&1\n");
    for (int i = 0; i < steps.size(); i++) {
      script.append("echo '").append(MARK).append(i).append("'\n").append(steps.get(i).commands());
    }
    Path file = Files.writeString(dir.resolve("page.sh"), script);
    Path out = dir.resolve("page.out");
    ProcessBuilder builder =
        new ProcessBuilder("bash", file.toString())
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("the page did not end: " + Files.readString(out));
    }
    String printed = Files.readString(out);
    assertThat(process.exitValue()).as("exit of the page:%n%s", printed).isZero();
    check(printed.split(Pattern.quote(MARK) + "\\d+\n"));
  }

  private void check(String[] printed) {
    for (int i = 0; i < steps.size(); i++) {
      String rest = printed[i + 1];
      for (String line : steps.get(i).expectedLines()) {
        var found = pattern(line).matcher(rest);
        assertThat(found.find())
            .as("'%s' after%n%s%nin%n%s", line, steps.get(i).commands(), printed[i + 1])
            .isTrue();
        rest = rest.substring(found.end());
      }
    }
  }

  private static Pattern pattern(String line) {
    List<String> parts = new ArrayList<>();
    for (String part : line.strip().split("\\.\\.\\.")) {
      parts.add(Pattern.quote(part.strip()));
    }
    return Pattern.compile(String.join(".*?", parts));
  }
}

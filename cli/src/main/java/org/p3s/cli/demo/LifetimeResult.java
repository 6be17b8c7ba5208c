package org.p3s.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.InputFiles;

/** The electron lifetime in the summary file that the payloads wrote for a raw file. */
final class LifetimeResult {

  /** The measured lifetime and the generated one as text; empty if there is no summary. */
  static String of(Path results, DemoFile file) {
    Path summary = results.resolve(file.stem()).resolve(file.stem() + "_summary.json");
    try {
      return Files.exists(summary) ? text(InputFiles.json(summary)) : "";
    } catch (CommandFailure e) {
      return e.line();
    }
  }

  static String text(JsonNode summary) {
    JsonNode measured = summary.at("/purity/lifetime_ms");
    JsonNode generated = summary.at("/purity/true_lifetime_ms");
    if (!measured.isNumber()) {
      return "";
    }
    return String.format(Locale.ROOT, "lifetime %.2f ms", measured.asDouble())
        + (generated.isNumber()
            ? String.format(Locale.ROOT, " (generated %.2f)", generated.asDouble())
            : "");
  }

  private LifetimeResult() {}
}

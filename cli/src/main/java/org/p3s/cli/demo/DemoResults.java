package org.p3s.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.p3s.cli.Failure;
import org.p3s.cli.text.Json;

/** What the payloads found out about a file, as its summary has it. */
final class DemoResults {

  /** The electron lifetime that was measured beside the one that was generated. */
  static String of(Path results, DemoFile file) {
    Path summary = results.resolve(file.stem()).resolve(file.stem() + "_summary.json");
    try {
      return Files.exists(summary) ? text(Json.file(summary)) : "";
    } catch (Failure e) {
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

  private DemoResults() {}
}

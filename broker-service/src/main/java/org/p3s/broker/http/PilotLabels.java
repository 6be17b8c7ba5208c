package org.p3s.broker.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Text;

/** Reads the labels that a pilot offers. */
final class PilotLabels {

  /** The labels without those that have no value, and without NUL characters. */
  static Map<String, String> of(@Nullable Map<String, String> labels) {
    Map<String, String> result = new HashMap<>();
    if (labels != null) {
      labels.forEach(
          (name, value) -> {
            String cleanName = Text.withoutNul(name);
            String cleanValue = Text.withoutNul(value);
            if (cleanName != null && cleanValue != null) {
              result.put(cleanName, cleanValue);
            }
          });
    }
    return result;
  }

  private PilotLabels() {}
}

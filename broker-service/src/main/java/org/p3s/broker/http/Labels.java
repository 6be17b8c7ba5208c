package org.p3s.broker.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Text;

/** What a pilot says it offers. */
final class Labels {

  /** The labels, without those that have no value. */
  static Map<String, String> of(@Nullable Map<String, String> labels) {
    Map<String, String> result = new HashMap<>();
    if (labels != null) {
      labels.forEach(
          (name, value) -> {
            String cleanName = Text.clean(name);
            String cleanValue = Text.clean(value);
            if (cleanName != null && cleanValue != null) {
              result.put(cleanName, cleanValue);
            }
          });
    }
    return result;
  }

  private Labels() {}
}

package org.p3s.cli.text;

import java.util.Locale;

/** How an answer is printed; the value of {@code -o}. */
public enum OutputFormat {
  TABLE,
  JSON,
  YAML,
  NAME;

  /** As users type it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.p3s.cli.text;

import java.util.Locale;

/** How an answer is printed. */
public enum Format {
  TABLE,
  JSON,
  YAML,
  NAME;

  /** As it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

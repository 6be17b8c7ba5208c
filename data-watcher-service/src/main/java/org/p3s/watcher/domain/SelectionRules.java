package org.p3s.watcher.domain;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Which files a watch takes. */
public final class SelectionRules {

  private static final double CRC_RANGE = 4_294_967_296.0;

  private final NamePattern pattern;
  private final double fraction;

  public SelectionRules(Watch watch) {
    this.pattern = NamePattern.compile(watch.pattern());
    this.fraction = watch.fraction();
  }

  /** True if the name fits the watch's pattern. */
  public boolean matchesPattern(String name) {
    return pattern.matches(name);
  }

  /**
   * True if the file is in the fraction that the watch takes. The name alone decides, so that the
   * same files are chosen when the data are processed again.
   */
  public boolean isInFraction(String name) {
    if (fraction >= 1) {
      return true;
    }
    CRC32 hash = new CRC32();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    return hash.getValue() / CRC_RANGE < fraction;
  }
}

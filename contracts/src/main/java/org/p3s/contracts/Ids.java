package org.p3s.contracts;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/**
 * Identifiers that sort by the time they were made (UUID version 7, RFC 9562), so that rows that
 * were made together lie together in an index.
 */
public final class Ids {

  private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

  /**
   * A new identifier. Within one process it is greater than those made before, unless the clock was
   * set back.
   */
  public static UUID next() {
    return GENERATOR.generate();
  }

  private Ids() {}
}

package org.p3s.contracts;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/** Identifiers that sort by the time they were made (UUID version 7, RFC 9562). */
public final class Ids {

  private static final SecureRandom RANDOM = new SecureRandom();

  public static UUID next() {
    return at(Instant.now(), RANDOM.nextLong(), RANDOM.nextLong());
  }

  static UUID at(Instant time, long randomA, long randomB) {
    long most = (time.toEpochMilli() << 16) | 0x7000L | (randomA & 0x0FFFL);
    long least = 0x8000_0000_0000_0000L | (randomB & 0x3FFF_FFFF_FFFF_FFFFL);
    return new UUID(most, least);
  }

  private Ids() {}
}

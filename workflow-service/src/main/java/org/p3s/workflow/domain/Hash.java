package org.p3s.workflow.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Hashes by which people can see whether two things were made the same way. */
public final class Hash {

  /** SHA-256 of the text in UTF-8, as hexadecimal digits. */
  public static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** SHA-256 of the lines {@code NAME=VALUE}, sorted by name, each ended by a zero byte. */
  public static String ofEnvironment(Map<String, String> env) {
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(env).forEach((k, v) -> lines.append(k).append('=').append(v).append('\0'));
    return sha256(lines.toString());
  }

  private Hash() {}
}

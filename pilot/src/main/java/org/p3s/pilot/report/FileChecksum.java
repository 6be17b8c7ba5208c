package org.p3s.pilot.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;

/**
 * Checksums of input and output files. Reading a large file takes long, so there are checksums only
 * if {@code P3S_CHECKSUM} in the job's or the site's environment names the algorithm.
 */
final class FileChecksum {

  /** Its values are {@code adler32}, which XRootD and Rucio use, {@code md5} and {@code sha256}. */
  static final String VARIABLE = "P3S_CHECKSUM";

  private static final Map<String, String> DIGESTS = Map.of("md5", "MD5", "sha256", "SHA-256");
  private static final int BUFFER_BYTES = 1 << 16;

  /** The algorithm that the job or its site asks for; null if none, or one that is not known. */
  static @Nullable String algorithm(Map<String, String> site, Map<String, String> job) {
    String name = job.getOrDefault(VARIABLE, site.get(VARIABLE));
    if (name == null || name.isBlank()) {
      return null;
    }
    if (!name.equals("adler32") && !DIGESTS.containsKey(name)) {
      PilotLog.line(
          "%s must be adler32, md5 or sha256, not %s: there are no checksums", VARIABLE, name);
      return null;
    }
    return name;
  }

  /** {@code algorithm:hex}, or null if the file can't be read. */
  static @Nullable String of(Path file, String algorithm) {
    try (InputStream in = Files.newInputStream(file)) {
      return algorithm + ":" + (algorithm.equals("adler32") ? adler32(in) : digest(in, algorithm));
    } catch (IOException e) {
      PilotLog.line("no checksum of %s: %s", file, e);
      return null;
    }
  }

  private static String adler32(InputStream in) throws IOException {
    Adler32 sum = new Adler32();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      sum.update(buffer, 0, n);
    }
    return HexFormat.of().toHexDigits(sum.getValue(), 8);
  }

  private static String digest(InputStream in, String algorithm) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance(String.valueOf(DIGESTS.get(algorithm)));
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  private FileChecksum() {}
}

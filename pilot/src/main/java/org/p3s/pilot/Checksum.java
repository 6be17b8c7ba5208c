package org.p3s.pilot;

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

/**
 * Checksums of output files, for jobs that ask for them: {@code P3S_CHECKSUM} in the job's or the
 * site's environment names the algorithm. Reading a large file takes its time, so nobody gets one
 * unasked.
 */
final class Checksum {

  /** {@code adler32}, which XRootD and Rucio use, or {@code md5} or {@code sha256}. */
  static final String VARIABLE = "P3S_CHECKSUM";

  private static final Map<String, String> DIGESTS = Map.of("md5", "MD5", "sha256", "SHA-256");
  private static final int CHUNK = 1 << 16;

  /** The algorithm that is asked for, null if none or one that is not known. */
  static @Nullable String wanted(Map<String, String> site, Map<String, String> job) {
    String name = job.getOrDefault(VARIABLE, site.get(VARIABLE));
    if (name == null || name.isBlank()) {
      return null;
    }
    if (!name.equals("adler32") && !DIGESTS.containsKey(name)) {
      Log.line("%s is adler32, md5 or sha256, not %s: no checksums", VARIABLE, name);
      return null;
    }
    return name;
  }

  /** {@code algorithm:hex}, or null if the file can't be read. */
  static @Nullable String of(Path file, String algorithm) {
    try (InputStream in = Files.newInputStream(file)) {
      return algorithm + ":" + (algorithm.equals("adler32") ? adler32(in) : digest(in, algorithm));
    } catch (IOException e) {
      Log.line("no checksum of %s: %s", file, e);
      return null;
    }
  }

  private static String adler32(InputStream in) throws IOException {
    Adler32 sum = new Adler32();
    byte[] chunk = new byte[CHUNK];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      sum.update(chunk, 0, n);
    }
    return HexFormat.of().toHexDigits(sum.getValue(), 8);
  }

  private static String digest(InputStream in, String algorithm) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance(String.valueOf(DIGESTS.get(algorithm)));
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  private Checksum() {}
}

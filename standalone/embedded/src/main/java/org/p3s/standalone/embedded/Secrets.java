package org.p3s.standalone.embedded;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Creates the credentials of a stack at its first start: files with mode 0600 in a directory with
 * mode 0700. Services read {@code tokens.json}, which contains only the hashes of the tokens.
 */
public final class Secrets {

  /** By name of the token file: the name and the roles of the user that the token stands for. */
  private static final Map<String, Map.Entry<String, List<String>>> TOKENS =
      Map.of(
          "admin", Map.entry("admin", List.of("admin")),
          "operator", Map.entry("operator", List.of("operator")),
          "viewer", Map.entry("viewer", List.of("viewer")),
          "join", Map.entry("site:local", List.of("join")));

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Creates the files that are missing and keeps the others. */
  public static void create(Path dir) throws IOException {
    Files.createDirectories(
        dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    List<Map<String, Object>> entries = new ArrayList<>();
    for (String file : TOKENS.keySet().stream().sorted().toList()) {
      Path path = dir.resolve(file + ".token");
      if (!Files.exists(path)) {
        write(path, "p3s_" + randomText());
      }
      Map.Entry<String, List<String>> user = java.util.Objects.requireNonNull(TOKENS.get(file));
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", user.getKey());
      entry.put("roles", user.getValue());
      entry.put("sha256", sha256(Files.readString(path).strip()));
      entries.add(entry);
    }
    if (!Files.exists(dir.resolve("tokens.json"))) {
      write(
          dir.resolve("tokens.json"),
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(entries));
    }
    if (!Files.exists(dir.resolve("signing.key"))) {
      write(dir.resolve("signing.key"), HexFormat.of().formatHex(randomBytes()));
    }
    for (String service : ServiceSchemas.SERVICES) {
      if (!Files.exists(passwordFile(dir, service))) {
        write(passwordFile(dir, service), randomText());
      }
    }
  }

  /** The file with the password of a service's database role. */
  public static Path passwordFile(Path dir, String service) {
    return dir.resolve("db-" + service + ".password");
  }

  static String randomText() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes());
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** Writes a file that other users can't read at any moment. */
  static void write(Path file, String secret) throws IOException {
    Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(file, secret + "\n", StandardOpenOption.WRITE);
  }

  private static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private Secrets() {}
}

package org.p3s.platform.security;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.arc.All;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;

/**
 * Finds out who carries a token: one of the token file {@code tokens.json} in {@code
 * p3s.security.dir}, which holds SHA-256 hashes only, or one that a {@link TokenVerifier} accepts.
 */
@ApplicationScoped
public class Credentials {

  private static final Logger LOG = Logger.getLogger(Credentials.class);

  /** A line of the token file; {@code site} only where a join token is for one site. */
  record Entry(String name, List<String> roles, String sha256, @Nullable String site) {}

  private final Map<String, SecurityIdentity> byHash = new HashMap<>();
  private final List<TokenVerifier> verifiers;

  Credentials(
      @ConfigProperty(name = "p3s.security.dir") Path dir, @All List<TokenVerifier> verifiers) {
    this.verifiers = verifiers;
    Path file = dir.resolve("tokens.json");
    try {
      List<Entry> entries =
          JsonCodec.mapper()
              .readValue(Files.readAllBytes(file), new TypeReference<List<Entry>>() {});
      entries.forEach(entry -> byHash.put(entry.sha256(), identity(entry)));
    } catch (IOException e) {
      // Without tokens nobody can authenticate; that is safe, and the log says why.
      LOG.errorf("no tokens: cannot read %s: %s", file.toAbsolutePath(), e);
    }
  }

  /** The carrier of this token, or empty if it is not valid (any more). */
  public Optional<SecurityIdentity> identify(String token) {
    for (TokenVerifier verifier : verifiers) {
      if (verifier.hasForm(token)) {
        return verifier.verify(token);
      }
    }
    return Optional.ofNullable(byHash.get(sha256(token)));
  }

  private static SecurityIdentity identity(Entry entry) {
    QuarkusSecurityIdentity.Builder identity =
        QuarkusSecurityIdentity.builder()
            .setPrincipal(new QuarkusPrincipal(entry.name()))
            .addRoles(withImplied(entry.roles()));
    if (entry.site() != null) {
      identity.addAttribute("site", entry.site());
    }
    return identity.build();
  }

  private static Set<String> withImplied(List<String> roles) {
    Set<String> all = new LinkedHashSet<>(roles);
    if (all.contains(Roles.ADMIN)) {
      all.add(Roles.OPERATOR);
    }
    if (all.contains(Roles.OPERATOR)) {
      all.add(Roles.VIEWER);
    }
    return all;
  }

  static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

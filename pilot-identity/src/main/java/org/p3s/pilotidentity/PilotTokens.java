package org.p3s.pilotidentity;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.security.TokenVerifier;

/**
 * Makes and verifies the short-lived tokens that pilots get when they register. They are JWTs
 * (HS256); the subject is the pilot's uuid. The services share the key in {@code signing.key}.
 */
@ApplicationScoped
public class PilotTokens implements TokenVerifier {

  private static final Logger LOG = Logger.getLogger(PilotTokens.class);
  private static final String ISSUER = "p3s";
  private static final String SLOTS = "slots";

  /** A token and when it expires. */
  public record Issued(String token, Instant expires) {}

  /**
   * The pilot that a token belongs to.
   *
   * @param slots how many jobs the pilot may hold at a time
   * @param expires when the token expires
   */
  public record Pilot(UUID uuid, String site, int slots, Instant expires) {}

  /** Verified tokens are kept in memory, since a pilot sends the same token very often. */
  private static final int MAX_VERIFIED = 50_000;

  private final InstantSource clock;
  private final @Nullable HmacKey key;
  private final Map<String, Pilot> verified = new ConcurrentHashMap<>();

  PilotTokens(@ConfigProperty(name = "p3s.security.dir") Path dir, InstantSource clock) {
    this.clock = clock;
    this.key = read(dir.resolve("signing.key"));
  }

  private static @Nullable HmacKey read(Path file) {
    try {
      return new HmacKey(HexFormat.of().parseHex(Files.readString(file).strip()));
    } catch (IOException | IllegalArgumentException e) {
      LOG.errorf("no pilot can authenticate: cannot read %s: %s", file.toAbsolutePath(), e);
      return null;
    }
  }

  /**
   * Makes a token for a pilot that is valid for {@code life}.
   *
   * @throws IllegalStateException if there is no signing key
   */
  public Issued issue(UUID pilot, String site, int slots, Duration life) {
    if (key == null) {
      throw new IllegalStateException("there is no signing key; the log of the start says why");
    }
    Instant expires = clock.instant().plus(life);
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setSubject(pilot.toString());
    claims.setStringClaim("site", site);
    claims.setClaim(SLOTS, slots);
    claims.setExpirationTime(NumericDate.fromMilliseconds(expires.toEpochMilli()));
    JsonWebSignature jws = new JsonWebSignature();
    jws.setPayload(claims.toJson());
    jws.setKey(key);
    jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
    try {
      return new Issued(jws.getCompactSerialization(), expires);
    } catch (JoseException e) {
      throw new IllegalStateException("cannot sign", e);
    }
  }

  @Override
  public Optional<SecurityIdentity> verify(String token) {
    return pilot(token).map(PilotIdentity::of);
  }

  Optional<Pilot> pilot(String token) {
    Pilot before = verified.get(token);
    if (before != null) {
      if (clock.instant().isBefore(before.expires())) {
        return Optional.of(before);
      }
      verified.remove(token);
    }
    Optional<Pilot> checked = check(token);
    checked.ifPresent(pilot -> remember(token, pilot));
    return checked;
  }

  private void remember(String token, Pilot pilot) {
    if (verified.size() >= MAX_VERIFIED) {
      Instant now = clock.instant();
      verified.values().removeIf(old -> !now.isBefore(old.expires()));
      if (verified.size() >= MAX_VERIFIED) {
        verified.clear();
      }
    }
    verified.put(token, pilot);
  }

  private Optional<Pilot> check(String token) {
    if (key == null) {
      return Optional.empty();
    }
    try {
      JwtClaims claims =
          new JwtConsumerBuilder()
              .setVerificationKey(key)
              .setJwsAlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256)
              .setExpectedIssuer(ISSUER)
              .setRequireSubject()
              .setRequireExpirationTime()
              .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
              .build()
              .processToClaims(token);
      return Optional.of(
          new Pilot(
              UUID.fromString(claims.getSubject()),
              String.valueOf(claims.getClaimValue("site")),
              slots(claims),
              Instant.ofEpochSecond(claims.getExpirationTime().getValue())));
    } catch (InvalidJwtException | MalformedClaimException | IllegalArgumentException e) {
      LOG.debugf("a pilot's token was refused: %s", e.getMessage());
      return Optional.empty();
    }
  }

  private static int slots(JwtClaims claims) throws MalformedClaimException {
    Long slots = claims.getClaimValue(SLOTS, Long.class);
    if (slots == null) {
      throw new MalformedClaimException("the claim slots is missing");
    }
    return Math.toIntExact(slots);
  }

  /** True for a signed JWT: three parts, the first one a JSON object in base64. */
  @Override
  public boolean hasForm(String token) {
    return token.startsWith("eyJ") && token.chars().filter(c -> c == '.').count() == 2;
  }
}

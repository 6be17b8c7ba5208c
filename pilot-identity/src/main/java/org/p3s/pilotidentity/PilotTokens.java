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
 * Short-lived tokens that pilots get when they register: JWTs signed with the key in {@code
 * signing.key} that the services share (HS256), subject the pilot's uuid.
 */
@ApplicationScoped
public class PilotTokens implements TokenVerifier {

  private static final Logger LOG = Logger.getLogger(PilotTokens.class);
  private static final String ISSUER = "p3s";
  private static final String SLOTS = "slots";

  /** A token and when it ends. */
  public record Issued(String token, Instant expires) {}

  /**
   * Who carries a pilot's token, and until when.
   *
   * @param slots how many jobs it may hold at a time
   */
  public record Pilot(UUID uuid, String site, int slots, Instant expires) {}

  /** Tokens that were verified are remembered: a pilot sends the same token very often. */
  private static final int MAX_KNOWN = 50_000;

  private final InstantSource clock;
  private final @Nullable HmacKey key;
  private final Map<String, Pilot> known = new ConcurrentHashMap<>();

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

  /** Signs a token for a pilot with so many slots that is valid for {@code life}. */
  public Issued issue(UUID pilot, String site, int slots, Duration life) {
    if (key == null) {
      throw new IllegalStateException("there is no signing key");
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
    Pilot before = known.get(token);
    if (before != null) {
      if (clock.instant().isBefore(before.expires())) {
        return Optional.of(before);
      }
      known.remove(token);
    }
    Optional<Pilot> checked = check(token);
    checked.ifPresent(pilot -> remember(token, pilot));
    return checked;
  }

  private void remember(String token, Pilot pilot) {
    if (known.size() >= MAX_KNOWN) {
      Instant now = clock.instant();
      known.values().removeIf(old -> !now.isBefore(old.expires()));
      if (known.size() >= MAX_KNOWN) {
        known.clear();
      }
    }
    known.put(token, pilot);
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

  /** A JSON object in base64, and three parts: a signed JWT. */
  @Override
  public boolean hasForm(String token) {
    return token.startsWith("eyJ") && token.chars().filter(c -> c == '.').count() == 2;
  }
}

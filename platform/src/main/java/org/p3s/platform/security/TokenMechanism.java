package org.p3s.platform.security;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemBody;

/**
 * Takes the token from {@code Authorization: Bearer}, or as the password of {@code Basic}, which
 * browsers and Prometheus support; the user name is then ignored.
 */
@ApplicationScoped
class TokenMechanism implements HttpAuthenticationMechanism {

  private static final String CHALLENGE = "Basic realm=\"p3s: any user, password = token\"";

  private final Credentials credentials;

  TokenMechanism(Credentials credentials) {
    this.credentials = credentials;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext http, IdentityProviderManager providers) {
    String header = http.request().getHeader(HttpHeaderNames.AUTHORIZATION);
    if (header == null) {
      return Uni.createFrom().nullItem();
    }
    return token(header)
        .flatMap(credentials::identify)
        .map(identity -> Uni.createFrom().item(identity))
        .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
  }

  private static Optional<String> token(String header) {
    if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.of(header.substring(7).strip());
    }
    if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
      return Optional.of(pair.substring(pair.indexOf(':') + 1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext http) {
    return Uni.createFrom()
        .item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGE));
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext http) {
    return http.response().ended()
        ? Uni.createFrom().item(true)
        : Uni.createFrom()
            .completionStage(
                http.response()
                    .setStatusCode(CommonProblem.UNAUTHENTICATED.status())
                    .putHeader(HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGE)
                    .putHeader(HttpHeaderNames.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
                    .end(
                        ProblemBody.json(
                            CommonProblem.UNAUTHENTICATED,
                            "Send Authorization: Bearer TOKEN with a token that is valid here.",
                            http.request().path()))
                    .toCompletionStage())
            .replaceWith(true);
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of();
  }
}

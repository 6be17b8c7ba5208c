package org.p3s.platform.security;

import io.quarkus.security.identity.SecurityIdentity;
import java.util.Optional;

/**
 * Accepts a kind of token that is not in the token file. A service that has a bean of this type
 * accepts that kind as well.
 */
public interface TokenVerifier {

  /** True if the token has the form of this kind, valid or not. */
  boolean hasForm(String token);

  /** Who carries the token, or empty if it is not valid (any more). */
  Optional<SecurityIdentity> verify(String token);
}

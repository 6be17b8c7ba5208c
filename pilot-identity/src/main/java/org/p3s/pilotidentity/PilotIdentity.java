package org.p3s.pilotidentity;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** The pilot that sends a request, as its token says. */
public final class PilotIdentity {

  private static final String SITE = "site";
  private static final String SLOTS = "slots";
  private static final String EXPIRES = "expires";

  static SecurityIdentity of(PilotTokens.Pilot pilot) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(pilot.uuid().toString()))
        .addRole(Roles.PILOT)
        .addAttribute(SITE, pilot.site())
        .addAttribute(SLOTS, pilot.slots())
        .addAttribute(EXPIRES, pilot.expires())
        .build();
  }

  public static UUID uuid(SecurityIdentity identity) {
    return UUID.fromString(identity.getPrincipal().getName());
  }

  public static String site(SecurityIdentity identity) {
    Object site = identity.getAttribute(SITE);
    return site == null ? "" : site.toString();
  }

  /** How many slots the pilot registered with: the most jobs that it may hold at a time. */
  public static int slots(SecurityIdentity identity) {
    return identity.<Integer>getAttribute(SLOTS);
  }

  /** When the token ends; null if the caller is no pilot. */
  public static @Nullable Instant expires(SecurityIdentity identity) {
    return identity.getAttribute(EXPIRES);
  }

  /** Refuses a pilot that acts for another one. */
  public static void require(SecurityIdentity identity, UUID pilot) {
    if (!identity.getPrincipal().getName().equals(pilot.toString())) {
      throw new ProblemException(
          PilotProblem.NOT_YOURS, "Your token is of another pilot than " + pilot + ".");
    }
  }

  private PilotIdentity() {}
}

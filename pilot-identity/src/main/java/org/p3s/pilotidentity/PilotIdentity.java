package org.p3s.pilotidentity;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.security.Roles;

/** Reads the pilot that sends a request from its token. */
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

  /** The slots of the pilot: how many jobs it may hold at a time. */
  public static int slots(SecurityIdentity identity) {
    Integer slots = identity.getAttribute(SLOTS);
    if (slots == null) {
      throw new ProblemException(
          CommonProblem.FORBIDDEN, "Your token does not say how many slots the pilot has.");
    }
    return slots;
  }

  /** When the token expires; null if the caller is not a pilot. */
  public static @Nullable Instant expires(SecurityIdentity identity) {
    return identity.getAttribute(EXPIRES);
  }

  /**
   * Checks that the caller is that pilot.
   *
   * @throws ProblemException 403 {@code not-yours} if it is another one
   */
  public static void require(SecurityIdentity identity, UUID pilot) {
    if (!identity.getPrincipal().getName().equals(pilot.toString())) {
      throw new ProblemException(
          PilotProblem.NOT_YOURS, "Your token is not that of the pilot " + pilot + ".");
    }
  }

  private PilotIdentity() {}
}

package org.p3s.broker.http;

import io.quarkus.security.identity.SecurityIdentity;
import java.util.UUID;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;
import org.p3s.platform.security.Credentials;

/** The pilot that calls, as its token says. */
final class Caller {

  /** Refuses a pilot that speaks for another one. */
  static void mustBe(SecurityIdentity identity, UUID pilot) {
    if (!identity.getPrincipal().getName().equals(pilot.toString())) {
      throw new ProblemException(
          Problem.NOT_YOURS, "Your token is of another pilot than " + pilot + ".");
    }
  }

  static UUID uuid(SecurityIdentity identity) {
    return UUID.fromString(identity.getPrincipal().getName());
  }

  static String site(SecurityIdentity identity) {
    Object site = identity.getAttribute("site");
    return site == null ? "" : site.toString();
  }

  /**
   * How many slots the pilot registered with. Tokens from before they said so live for an hour
   * more; their pilots go on with the slots they have.
   */
  static int slots(SecurityIdentity identity) {
    Integer slots = identity.getAttribute(Credentials.SLOTS);
    return slots == null ? Integer.MAX_VALUE : slots;
  }

  private Caller() {}
}

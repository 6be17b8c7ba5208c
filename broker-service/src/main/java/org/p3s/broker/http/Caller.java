package org.p3s.broker.http;

import io.quarkus.security.identity.SecurityIdentity;
import java.util.UUID;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;

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

  private Caller() {}
}

package org.p3s.platform.security;

/** What a credential allows. An admin is also an operator, and an operator also a viewer. */
public final class Roles {

  /** Reads. */
  public static final String VIEWER = "viewer";

  /** Loads templates, starts and cancels work, manages watches, limits and pilots. */
  public static final String OPERATOR = "operator";

  /** Manages sites and data types, and removes things. */
  public static final String ADMIN = "admin";

  /** A registered pilot: may ask for jobs and report on its own. */
  public static final String PILOT = "pilot";

  /** A site's join token: may register pilots, nothing else. */
  public static final String JOIN = "join";

  private Roles() {}
}

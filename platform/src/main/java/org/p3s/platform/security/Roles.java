package org.p3s.platform.security;

/** What a credential allows. An admin is also an operator, and an operator also a viewer. */
public final class Roles {

  /** Reads. */
  public static final String VIEWER = "viewer";

  /** Loads templates, starts and cancels work, manages watches, limits, sites and pilots. */
  public static final String OPERATOR = "operator";

  /** May do what an operator may; no call asks for more than that yet. */
  public static final String ADMIN = "admin";

  /** A registered pilot: asks for jobs and reports on its own. */
  public static final String PILOT = "pilot";

  /** A site's join token: registers pilots, nothing else. */
  public static final String JOIN = "join";

  private Roles() {}
}

package org.p3s.cli.api;

/** The services and their default ports. */
public enum P3sService {
  MONITOR(8080, "monitor service"),
  WORKFLOW(8081, "workflow service"),
  BROKER(8082, "broker service"),
  PILOTS(8083, "pilot service"),
  WATCHER(8084, "data watcher service");

  private final int port;
  private final String title;

  P3sService(int port, String title) {
    this.port = port;
    this.title = title;
  }

  public int port() {
    return port;
  }

  public String title() {
    return title;
  }
}

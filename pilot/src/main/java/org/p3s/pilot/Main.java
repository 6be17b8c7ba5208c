package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotOptions;
import org.p3s.pilot.workdir.WorkDirectory;

/**
 * The command {@code java -jar p3s-pilot.jar}. Exit codes: 0 after a regular end, 1 if the pilot
 * service refuses the pilot or the work directory cannot be used, 2 for a wrong command line.
 */
public final class Main {

  private static final int REFUSED = 1;
  private static final int USAGE = 2;
  private static final long MAX_SHUTDOWN_SECONDS = 11;
  private static final int LAST_JAVA_WITH_VFORK = 21;

  public static void main(String[] arguments) throws InterruptedException {
    useVfork();
    List<String> all = List.of(arguments);
    if (all.contains("--help") || all.contains("-h")) {
      System.out.print(PilotOptions.HELP);
      return;
    }
    if (all.contains("--version")) {
      System.out.println("p3s-pilot " + version());
      return;
    }
    PilotAgent agent;
    try {
      PilotOptions options = PilotOptions.parse(all);
      if (!Files.isReadable(options.tokenFile())) {
        throw new PilotOptions.UsageException(
            "--token-file " + options.tokenFile() + " is not readable");
      }
      agent = new PilotAgent(options, WorkDirectory.lock(options.work(), Path.of("")));
    } catch (PilotOptions.UsageException e) {
      System.err.println("p3s-pilot: " + e.getMessage());
      System.exit(USAGE);
      return;
    } catch (WorkDirectory.InUseException e) {
      System.err.println("p3s-pilot: " + e.getMessage());
      System.exit(REFUSED);
      return;
    } catch (IOException e) {
      System.err.println("p3s-pilot: the work directory cannot be used: " + e);
      System.exit(REFUSED);
      return;
    }
    runUntilEnd(agent);
  }

  /** Makes Java start processes without its helper program, which saves time for each job. */
  private static void useVfork() {
    String key = "jdk.lang.Process.launchMechanism";
    if (System.getProperty(key) == null && Runtime.version().feature() <= LAST_JAVA_WITH_VFORK) {
      System.setProperty(key, "VFORK");
    }
  }

  private static void runUntilEnd(PilotAgent agent) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread onSignal = new Thread(() -> stop(agent, ended), "term");
    Runtime.getRuntime().addShutdownHook(onSignal);
    int code = REFUSED;
    try {
      code = agent.run();
    } finally {
      ended.countDown();
    }
    // After a signal this call blocks, and the shutdown hook ends the process.
    System.exit(code);
  }

  /** The shutdown hook: it runs after TERM and INT, and also when the pilot ended by itself. */
  private static void stop(PilotAgent agent, CountDownLatch ended) {
    boolean endedByItself = ended.getCount() == 0;
    if (endedByItself) {
      return;
    }
    agent.stop("its pilot was stopped by a signal");
    try {
      ended.await(MAX_SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.flush();
    // A requested stop is not a failure: Java itself would exit with 143 after TERM.
    Runtime.getRuntime().halt(0);
  }

  static String version() {
    @Nullable String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private Main() {}
}

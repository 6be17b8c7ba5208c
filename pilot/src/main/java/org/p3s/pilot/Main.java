package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code java -jar p3s-pilot.jar}: exit code 0 after an end in order, 1 if refused, 2 for usage.
 */
public final class Main {

  private static final int REFUSED = 1;
  private static final int USAGE = 2;
  private static final long LONGEST_END_SECONDS = 11;
  private static final int LAST_WITH_VFORK = 21;

  public static void main(String[] arguments) throws InterruptedException {
    startPayloadsDirectly();
    List<String> all = List.of(arguments);
    if (all.contains("--help") || all.contains("-h")) {
      System.out.print(Options.HELP);
      return;
    }
    if (all.contains("--version")) {
      System.out.println("p3s-pilot " + version());
      return;
    }
    Agent agent;
    try {
      Options options = Options.parse(all);
      if (!Files.isReadable(options.tokenFile())) {
        throw new Options.Usage("--token-file " + options.tokenFile() + " is not readable");
      }
      agent = new Agent(options, WorkDir.take(options.work(), Path.of("")));
    } catch (Options.Usage e) {
      System.err.println("p3s-pilot: " + e.getMessage());
      System.exit(USAGE);
      return;
    } catch (WorkDir.Taken e) {
      System.err.println("p3s-pilot: " + e.getMessage());
      System.exit(REFUSED);
      return;
    } catch (IOException e) {
      System.err.println("p3s-pilot: the work directory can't be used: " + e);
      System.exit(REFUSED);
      return;
    }
    runUntilEnd(agent);
  }

  /** Without Java's helper program in between, where this Java can: one exec less per job. */
  private static void startPayloadsDirectly() {
    String key = "jdk.lang.Process.launchMechanism";
    if (System.getProperty(key) == null && Runtime.version().feature() <= LAST_WITH_VFORK) {
      System.setProperty(key, "VFORK");
    }
  }

  private static void runUntilEnd(Agent agent) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread onTerm = new Thread(() -> stop(agent, ended), "term");
    Runtime.getRuntime().addShutdownHook(onTerm);
    if (agent.options.name() != null) {
      Log.line("this pilot is called %s", agent.options.name());
    }
    int code = REFUSED;
    try {
      code = agent.run();
    } finally {
      ended.countDown();
    }
    // During a shutdown by signal this blocks, and the hook ends the process.
    System.exit(code);
  }

  /** Runs at TERM and INT, and at the end of a run that ended by itself. */
  private static void stop(Agent agent, CountDownLatch ended) {
    boolean byItself = ended.getCount() == 0;
    if (byItself) {
      return;
    }
    agent.stop("its pilot was told to stop");
    try {
      ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.flush();
    // A stop that was asked for is no failure: not 143, which is what Java makes of TERM.
    Runtime.getRuntime().halt(0);
  }

  static String version() {
    @Nullable String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private Main() {}
}

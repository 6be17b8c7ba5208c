package org.p3s.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.Directories;

/** The directories and programs that the demo uses. */
record DemoDirectories(Directories directories) {

  Path inbox() {
    return directories.data().resolve("demo/inbox");
  }

  Path results() {
    return directories.data().resolve("demo/results");
  }

  /** Has one directory for each run of the demo, named by its run number. */
  Path runs() {
    return directories.data().resolve("demo/runs");
  }

  /** The program that generates files and is the payload of the jobs. */
  Path detectorJar() {
    return directories.home().resolve("standalone/detector/target/p3s-detector.jar");
  }

  /** DAG, data types and watch; {@link DemoSetup} fills in the paths of this machine. */
  Path templates() {
    return directories.home().resolve("standalone/detector/src/main/dag");
  }

  void create() {
    try {
      Files.createDirectories(inbox());
      Files.createDirectories(results());
      Files.createDirectories(runs());
    } catch (IOException e) {
      throw CommandFailure.failed("cannot create the directories of the demo: " + e.getMessage());
    }
  }
}

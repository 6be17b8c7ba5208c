package org.p3s.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.p3s.cli.Failure;
import org.p3s.cli.Place;

/** Where the demo's files are. */
record DemoPlace(Place place) {

  Path inbox() {
    return place.data().resolve("demo/inbox");
  }

  Path results() {
    return place.data().resolve("demo/results");
  }

  /** One folder for each run that there was. */
  Path runs() {
    return place.data().resolve("demo/runs");
  }

  Path detector() {
    return place.home().resolve("standalone/detector/target/p3s-detector.jar");
  }

  /** DAG, data types and watch with places to fill in. */
  Path templates() {
    return place.home().resolve("standalone/detector/src/main/dag");
  }

  void create() {
    try {
      Files.createDirectories(inbox());
      Files.createDirectories(results());
      Files.createDirectories(runs());
    } catch (IOException e) {
      throw Failure.failed("cannot make the demo's directories: " + e.getMessage());
    }
  }
}

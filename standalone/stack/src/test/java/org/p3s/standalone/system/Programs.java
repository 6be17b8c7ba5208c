package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs that are not the project's own: a user may lack them, continuous integration not. */
final class Programs {

  /** Skips the test with a message if there is none, or fails where tests must not skip. */
  static void need(String program) {
    boolean there =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(place -> Files.isExecutable(Path.of(place).resolve(program)));
    String message = "there is no " + program + "; Debian: apt-get install " + program;
    if ("true".equals(System.getenv("P3S_REQUIRE_PROGRAMS"))) {
      assertThat(there).as(message).isTrue();
    }
    assumeTrue(there, () -> "skipped: " + message);
  }

  private Programs() {}
}

package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Programs that a test needs besides the project's own. Only continuous integration must have them.
 */
final class RequiredPrograms {

  /** Skips the test if the program is missing; fails if P3S_REQUIRE_PROGRAMS is true. */
  static void require(String program) {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(dir -> Files.isExecutable(Path.of(dir).resolve(program)));
    String message = "there is no " + program + "; Debian: apt-get install " + program;
    if ("true".equals(System.getenv("P3S_REQUIRE_PROGRAMS"))) {
      assertThat(found).as(message).isTrue();
    }
    assumeTrue(found, () -> "skipped: " + message);
  }

  private RequiredPrograms() {}
}

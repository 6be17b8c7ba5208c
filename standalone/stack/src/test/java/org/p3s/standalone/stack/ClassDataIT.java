package org.p3s.standalone.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of classes, made and used by real JVMs. */
class ClassDataIT {

  @TempDir Path dir;

  private ClassData data;
  private Path jar;

  @BeforeEach
  void aProgram() throws Exception {
    data = new ClassData(dir.resolve("archives"), dir);
    jar = Files.copy(Path.of("target/p3s-stack.jar"), dir.resolve("program.jar"));
  }

  /** Runs the program as a supervisor would and returns what it said. */
  private String run(String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of(Component.java()));
    command.addAll(List.of(more));
    command.addAll(data.options("program", jar.toString()));
    command.addAll(List.of("-cp", jar.toString(), Settings.class.getName()));
    Path out = dir.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return Files.readString(out);
  }

  @Test
  void the_second_start_takes_classes_from_the_archive_that_the_first_one_led_to()
      throws Exception {
    String first = run("-Xlog:class+load");
    assertThat(first).contains("standalone.stack.Settings source: file:");
    data.make("program", jar.toString());
    assertThat(data.has("program", jar.toString())).isTrue();
    // With this option a JVM that can't use its archive does not start.
    assertThat(run("-Xshare:on", "-Xlog:class+load"))
        .contains("standalone.stack.Settings source: shared objects file");
    assertThat(files()).hasSize(1);
  }

  @Test
  void a_program_that_was_built_anew_starts_without_and_gets_an_archive_of_its_own()
      throws Exception {
    run();
    data.make("program", jar.toString());
    Path old = files().get(0);
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(9)));
    assertThat(run("-Xlog:class+load")).contains("standalone.stack.Settings source: file:");
    data.make("program", jar.toString());
    assertThat(files()).hasSize(1).doesNotContain(old);
  }

  @Test
  void an_archive_that_does_not_fit_is_no_reason_not_to_start_nor_to_complain() throws Exception {
    run();
    data.make("program", jar.toString());
    Files.writeString(files().get(0), "no archive");
    assertThat(run()).contains("main").doesNotContain("archive", "warning");
  }

  @Test
  void what_never_ran_gets_none_and_nothing_is_left_over() throws Exception {
    data.make("program", jar.toString());
    assertThat(dir.resolve("archives")).doesNotExist();
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(dir.resolve("archives"))) {
      return files.toList();
    }
  }
}

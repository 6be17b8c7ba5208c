package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of the documentation that can be pasted, each on a system that it starts itself. */
class DocsIT {

  private Stack stack;

  @BeforeEach
  void emptySystem() throws Exception {
    stack = Stack.at("docs");
  }

  @AfterEach
  void down() throws Exception {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tutorial.md", "brokerage.md", "payloads.md"})
  void every_command_works_when_pasted(String name) throws Exception {
    Page page = Page.of(stack.home.resolve("docs").resolve(name));
    assertThat(page.size()).isGreaterThan(2);
    Path dir = Files.createDirectories(stack.data.resolve("pasted"));
    Files.createSymbolicLink(dir.resolve("p3s"), stack.home.resolve("p3s"));
    page.run(
        dir,
        Map.of(
            "P3S_DATA", stack.data.toString(),
            "P3S_PORT_OFFSET", Integer.toString(stack.offset),
            "P3S_NO_BUILD", "1"));
  }
}

package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the commands of documentation pages; each page starts a stack of its own. */
class DocsIT {

  private StackUnderTest stack;

  @BeforeEach
  void prepareStack() throws Exception {
    stack = StackUnderTest.at("docs");
  }

  @AfterEach
  void down() throws Exception {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tutorial.md", "brokerage.md", "payloads.md"})
  void every_command_of_the_page_prints_what_the_page_shows(String name) throws Exception {
    DocumentationPage page = DocumentationPage.of(stack.home.resolve("docs").resolve(name));
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

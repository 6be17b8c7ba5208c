package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteCommandTest {

  private static final String THERE =
      """
      {"type":"/problems/already-exists","title":"It is there already","status":409,
       "detail":"There is a site x; replace it, or choose another name."}\
      """;

  @TempDir Path dir;
  private FakeApi api;
  private FakeTerminal terminal;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    terminal = FakeTerminal.files();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private int p3s(String... args) {
    return Main.run(api.env(), terminal.terminal, args);
  }

  @Test
  void a_site_that_is_there_is_replaced_only_where_that_is_asked_for() throws IOException {
    api.on("POST /sites", 409, THERE);
    api.on("PUT /sites/x", 200, "{\"name\":\"x\"}");
    String file = Files.writeString(dir.resolve("x.json"), "{\"name\":\"x\"}").toString();

    assertThat(p3s("site", "add", file)).isEqualTo(1);
    assertThat(terminal.err()).contains("There is a site x");
    assertThat(api.last().line()).isEqualTo("POST /sites");

    assertThat(p3s("site", "add", file, "--replace")).isZero();
    assertThat(api.last().line()).isEqualTo("PUT /sites/x");
  }

  @Test
  void sites_are_listed_in_pages() {
    api.on("GET /sites", 200, "{\"items\":[{\"name\":\"x\"}],\"next\":\"x\"}");

    assertThat(p3s("site", "ls", "--limit", "1", "--after", "a")).isZero();

    assertThat(api.last().line()).isEqualTo("GET /sites?limit=1&after=a");
    assertThat(terminal.out()).contains("x");
  }
}

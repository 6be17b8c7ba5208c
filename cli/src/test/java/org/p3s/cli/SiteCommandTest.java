package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The verbs for sites. */
class SiteCommandTest extends CommandFixture {

  private static final String SITE_EXISTS =
      """
      {"type":"/problems/already-exists","title":"It exists already","status":409,
       "detail":"There is a site x; replace it, or choose another name."}\
      """;

  @Test
  void an_existing_site_is_replaced_only_with_the_option_replace() throws IOException {
    api.answer("POST /sites", 409, SITE_EXISTS);
    api.answer("PUT /sites/x", 200, "{\"name\":\"x\"}");
    String file = file("x.json", "{\"name\":\"x\"}").toString();

    assertThat(p3s("site", "add", file)).isEqualTo(1);
    assertThat(terminal.err()).contains("There is a site x");
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("POST /sites");

    assertThat(p3s("site", "add", file, "--replace")).isZero();
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("PUT /sites/x");
  }

  @Test
  void sites_are_listed_in_pages() {
    api.answer("GET /sites", 200, "{\"items\":[{\"name\":\"x\"}],\"next\":\"x\"}");

    assertThat(p3s("site", "ls", "--limit", "1", "--after", "a")).isZero();

    assertThat(api.lastRequest().methodAndPath()).isEqualTo("GET /sites?limit=1&after=a");
    assertThat(terminal.out()).contains("x");
  }
}

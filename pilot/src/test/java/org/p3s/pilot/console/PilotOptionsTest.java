package org.p3s.pilot.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PilotOptionsTest {

  private static final List<String> LEAST =
      List.of("--server", "http://127.0.0.1:8083/", "--token-file", "t");

  private static PilotOptions parse(String... more) throws PilotOptions.UsageException {
    List<String> all = new ArrayList<>(LEAST);
    all.addAll(List.of(more));
    return PilotOptions.parse(all);
  }

  @Test
  void options_that_are_not_given_have_their_defaults() throws Exception {
    PilotOptions options = parse();
    assertThat(options.server()).hasToString("http://127.0.0.1:8083");
    assertThat(options.site()).isEqualTo("local");
    assertThat(options.slots()).isNull();
    assertThat(options.broker()).isNull();
    assertThat(options.work()).isNull();
    assertThat(options.cycles()).isNull();
    assertThat(options.lifeSeconds()).isNull();
    assertThat(options.keep()).isEqualTo(200);
    assertThat(options.minFreeMib()).isEqualTo(64);
  }

  @Test
  void values_may_follow_an_equals_sign() throws Exception {
    PilotOptions options =
        parse("--site=cern", "--cycles=0", "--label", "gpu=a=b", "--name", "one");
    assertThat(options.site()).isEqualTo("cern");
    assertThat(options.cycles()).isZero();
    assertThat(options.labels()).containsEntry("gpu", "a=b");
    assertThat(options.name()).isEqualTo("one");
  }

  @Test
  void a_name_is_a_label_only_if_it_is_given_as_one() throws Exception {
    assertThat(parse("--name", "one").labels()).isEmpty();
    assertThat(parse("--name", "one", "--label", "name=two").labels())
        .containsExactly(Map.entry("name", "two"));
  }

  @Test
  void a_wrong_option_is_explained_in_one_line() {
    refused("--colour", "--colour", "red");
    refused("--site", "--site");
    refused("--slots", "--slots", "65");
    refused("--cycles", "--cycles", "many");
    refused("--broker", "--broker", "nowhere");
    refused("--label", "--label", "gpu");
    refused("twice", "--site", "a", "--site", "b");
  }

  private static void refused(String place, String... more) {
    assertThatThrownBy(() -> parse(more))
        .isInstanceOf(PilotOptions.UsageException.class)
        .hasMessageContaining(place)
        .message()
        .doesNotContain("\n");
  }
}

package org.p3s.pilots.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.platform.http.Names;

/** What every {@link PilotProvider} must do; the test of each provider extends this class. */
public abstract class PilotProviderContract {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A provider that can start pilots; the same one at each call within a test. */
  protected abstract PilotProvider provider();

  /** A provider of the same kind that can start none. */
  protected abstract PilotProvider brokenProvider();

  /** The {@code extra} of each pilot that has come up at a site in this test. */
  protected abstract List<String> extrasOfPilotsAt(String site);

  private void awaitPilots(String site, List<String> ids) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(extrasOfPilotsAt(site)).containsExactlyInAnyOrderElementsOf(ids));
  }

  @Test
  void the_name_never_changes() {
    assertThat(Names.isValid(provider().name())).isTrue();
    assertThat(brokenProvider().name()).isEqualTo(provider().name());
  }

  @Test
  void as_many_pilots_come_up_as_are_asked_for_and_each_has_its_id_as_extra() throws Exception {
    List<String> ids = provider().start("contract", 3);
    assertThat(ids).hasSize(3).doesNotHaveDuplicates().doesNotContain("");
    awaitPilots("contract", ids);
  }

  @Test
  void each_call_starts_pilots_of_its_own() throws Exception {
    List<String> ids = new ArrayList<>(provider().start("contract", 1));
    ids.addAll(provider().start("contract", 2));
    assertThat(ids).hasSize(3).doesNotHaveDuplicates();
    awaitPilots("contract", ids);
  }

  @Test
  void pilots_come_up_at_the_site_that_was_asked_for() throws Exception {
    List<String> here = provider().start("contract", 1);
    List<String> there = provider().start("contract-2", 1);
    awaitPilots("contract", here);
    awaitPilots("contract-2", there);
  }

  @Test
  void a_provider_that_can_start_no_pilot_says_why() {
    assertThatThrownBy(() -> brokenProvider().start("contract", 2))
        .isInstanceOf(PilotStartException.class)
        .message()
        .isNotBlank();
    assertThat(extrasOfPilotsAt("contract")).isEmpty();
  }

  @Test
  void a_count_below_one_is_refused() {
    assertThatThrownBy(() -> provider().start("contract", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(extrasOfPilotsAt("contract")).isEmpty();
  }
}

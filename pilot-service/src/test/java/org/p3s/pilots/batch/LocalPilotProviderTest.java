package org.p3s.pilots.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.pilots.PilotConfig;
import org.p3s.pilots.StandInPilots;
import org.p3s.pilots.app.PilotProvider;
import org.p3s.pilots.app.PilotProviderContract;
import org.p3s.pilots.app.PilotStartException;

/** Starts real processes of a script that takes the place of Java and the pilot's jar. */
class LocalPilotProviderTest extends PilotProviderContract {

  @TempDir Path dir;
  private StandInPilots standIns;
  private Path jar;
  private Path token;

  @BeforeEach
  void make_the_files() throws IOException {
    standIns = new StandInPilots(dir.resolve("pilots"));
    jar = Files.createFile(dir.resolve("p3s-pilot.jar"));
    token = Files.writeString(dir.resolve("join.token"), "secret");
  }

  @AfterEach
  void end_the_processes() {
    List.of("contract", "contract-2").forEach(standIns::stop);
  }

  private record Settings(Optional<Path> jar, Optional<Path> java, Path tokenFile, Path directory)
      implements PilotConfig.Local {

    @Override
    public List<String> options() {
      return List.of("-Xmx48m");
    }

    @Override
    public URI server() {
      return URI.create("http://127.0.0.1:8083");
    }

    @Override
    public URI broker() {
      return URI.create("http://127.0.0.1:8082");
    }
  }

  private LocalPilotProvider provider(Optional<Path> withJar, Path java) {
    return new LocalPilotProvider(
        new Settings(withJar, Optional.of(java), token, dir.resolve("pilots")));
  }

  @Override
  protected PilotProvider provider() {
    return provider(Optional.of(jar), StandInPilots.JAVA);
  }

  @Override
  protected PilotProvider brokenProvider() {
    return provider(Optional.of(jar), dir.resolve("no-such-java"));
  }

  @Override
  protected List<String> extrasOfPilotsAt(String site) {
    return standIns.at(site).stream().map(StandInPilots.StandIn::extra).toList();
  }

  private StandInPilots.StandIn startOne() throws PilotStartException {
    provider().start("contract", 1);
    await().until(() -> standIns.at("contract").size() == 1);
    return standIns.at("contract").get(0);
  }

  @Test
  void a_pilot_gets_the_addresses_the_token_file_and_its_site() throws Exception {
    assertThat(startOne().arguments())
        .startsWith("-Xmx48m -jar " + jar + " ")
        .contains("--server http://127.0.0.1:8083 ")
        .contains("--broker http://127.0.0.1:8082 ")
        .contains("--token-file " + token + " ")
        .contains("--site contract ")
        .doesNotContain("secret");
  }

  @Test
  void a_pilot_leads_a_session_of_its_own_and_so_outlives_the_service() throws Exception {
    long pid = startOne().pid();
    // Field 6 of the status is the session; the name in parentheses may contain blanks.
    String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
    assertThat(Long.parseLong(fields[3])).isEqualTo(pid);
  }

  @Test
  void each_pilot_has_a_log_of_its_own() throws Exception {
    StandInPilots.StandIn pilot = startOne();
    Path log = dir.resolve("pilots/contract/logs/" + pilot.extra() + ".log");
    await().untilAsserted(() -> assertThat(log).content().startsWith("stand-in: "));
  }

  @Test
  void settings_of_the_service_are_not_passed_on() {
    Map<String, String> env =
        new HashMap<>(
            Map.of("P3S_DB_PASSWORD", "x", "KAFKA_SASL", "x", "PATH", "/bin", "MY_DATA", "/d"));
    LocalPilotProvider.removeSettings(env);
    assertThat(env).containsOnlyKeys("PATH", "MY_DATA");
  }

  @Test
  void the_failure_names_the_setting_that_is_missing_or_wrong() {
    assertThatThrownBy(() -> provider(Optional.empty(), StandInPilots.JAVA).start("contract", 1))
        .isInstanceOf(PilotStartException.class)
        .hasMessageContaining("pilots.local.jar");
    Path missing = dir.resolve("missing.jar");
    assertThatThrownBy(
            () -> provider(Optional.of(missing), StandInPilots.JAVA).start("contract", 1))
        .isInstanceOf(PilotStartException.class)
        .hasMessageContaining("pilots.local.jar")
        .hasMessageContaining(missing.toString());
  }

  @Test
  void the_failure_of_a_pilot_that_ends_at_once_names_its_exit_code_and_its_log() {
    assertThatThrownBy(() -> brokenProvider().start("contract", 1))
        .hasMessageContaining("exit code 127")
        .hasMessageContaining(dir.resolve("pilots/contract/logs").toString());
  }
}

package org.p3s.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorTest {

  @TempDir Path dir;

  @Test
  void the_same_seed_gives_the_same_file() {
    byte[] once = RawFile.encode(new RawFileGenerator(7).event(5, 1));
    assertThat(RawFile.encode(new RawFileGenerator(7).event(5, 1))).isEqualTo(once);
    assertThat(RawFile.encode(new RawFileGenerator(8).event(5, 1))).isNotEqualTo(once);
  }

  @Test
  void a_file_is_read_as_written_and_the_error_of_a_corrupt_one_names_the_byte()
      throws IOException {
    List<Path> files = new RawFileGenerator(1).write(dir, 5141, 2, 1);
    List<WirePlane> planes = RawFile.read(files.get(0));
    assertThat(planes).hasSize(3);
    assertThat(planes.get(2).adc())
        .isDeepEqualTo(new RawFileGenerator(1).event(5141, 1).get(2).adc());
    assertThatThrownBy(() -> RawFile.read(files.get(1)))
        .hasMessageContaining("checksum")
        .hasMessageContaining("byte " + (Files.size(files.get(1)) - 4));
    byte[] half = java.util.Arrays.copyOf(Files.readAllBytes(files.get(0)), 1_000);
    assertThatThrownBy(() -> RawFile.read(Files.write(dir.resolve("half"), half)))
        .hasMessageContaining("byte 1000: the file ends");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void the_fit_finds_the_lifetime_of_the_generator(int subrun) {
    WirePlane collection = new RawFileGenerator(1).event(5141, subrun).get(2);
    NoiseEstimate noise = NoiseEstimate.of(collection);
    List<Hit> hits = Hit.find(collection, noise.pedestal(), noise.rms());
    LifetimeFit fit = LifetimeFit.fit(hits, collection.ticks(), RawFileGenerator.MS_PER_TICK);
    assertThat(hits).hasSizeGreaterThan(500);
    assertThat(fit.lifetime()).isCloseTo(collection.lifetime(), within(4 * fit.error() + 0.3));
  }

  @Test
  void the_noisy_channels_and_the_coherent_noise_are_found() {
    NoiseEstimate noise = NoiseEstimate.of(new RawFileGenerator(1).event(5141, 1).get(0));
    assertThat(noise.noisyChannels()).isEqualTo(8);
    assertThat(noise.coherentPeriod()).isCloseTo(120, within(3.0));
  }
}

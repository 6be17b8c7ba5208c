package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumTest {

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "adler32, 11e60398",
    "md5, 9c677286866aad38f8e9b660f5411814",
    "sha256, d38b38a2dd476e045c299e8ee5d6466834456d97bd592a71746b423a6a05f386"
  })
  void a_file_has_the_checksum_that_others_know_it_by(String algorithm, String hex)
      throws Exception {
    Path file = Files.writeString(dir.resolve("f"), "Wikipedia");
    assertThat(Checksum.of(file, algorithm)).isEqualTo(algorithm + ":" + hex);
  }

  @Test
  void the_job_goes_before_the_site_and_nobody_gets_one_unasked() {
    Map<String, String> site = Map.of(Checksum.VARIABLE, "md5");
    assertThat(Checksum.wanted(Map.of(), Map.of())).isNull();
    assertThat(Checksum.wanted(site, Map.of())).isEqualTo("md5");
    assertThat(Checksum.wanted(site, Map.of(Checksum.VARIABLE, "adler32"))).isEqualTo("adler32");
    assertThat(Checksum.wanted(site, Map.of(Checksum.VARIABLE, ""))).isNull();
    assertThat(Checksum.wanted(Map.of(), Map.of(Checksum.VARIABLE, "crc"))).isNull();
  }

  @Test
  void a_file_that_is_not_there_has_none() {
    assertThat(Checksum.of(dir.resolve("no"), "md5")).isNull();
  }
}

package org.p3s.pilot.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileChecksumTest {

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "adler32, 11e60398",
    "md5, 9c677286866aad38f8e9b660f5411814",
    "sha256, d38b38a2dd476e045c299e8ee5d6466834456d97bd592a71746b423a6a05f386"
  })
  void the_checksums_are_the_standard_ones(String algorithm, String hex) throws Exception {
    Path file = Files.writeString(dir.resolve("f"), "Wikipedia");
    assertThat(FileChecksum.of(file, algorithm)).isEqualTo(algorithm + ":" + hex);
  }

  @Test
  void the_job_overrides_the_site_and_without_either_there_is_no_checksum() {
    Map<String, String> site = Map.of(FileChecksum.VARIABLE, "md5");
    assertThat(FileChecksum.algorithm(Map.of(), Map.of())).isNull();
    assertThat(FileChecksum.algorithm(site, Map.of())).isEqualTo("md5");
    assertThat(FileChecksum.algorithm(site, Map.of(FileChecksum.VARIABLE, "adler32")))
        .isEqualTo("adler32");
    assertThat(FileChecksum.algorithm(site, Map.of(FileChecksum.VARIABLE, ""))).isNull();
    assertThat(FileChecksum.algorithm(Map.of(), Map.of(FileChecksum.VARIABLE, "crc"))).isNull();
  }

  @Test
  void a_missing_file_has_no_checksum() {
    assertThat(FileChecksum.of(dir.resolve("no"), "md5")).isNull();
  }
}

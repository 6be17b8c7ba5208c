package org.p3s.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ClaimBenchTest {

  private static final Path CLAIM =
      Path.of("../broker-service/src/main/resources/db/migration/R__claim.sql");

  private static List<String> firstGroups(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  @Test
  void the_bench_names_all_parameters_of_claim_jobs_in_their_order() throws IOException {
    String sql = Files.readString(CLAIM);
    String parameters =
        sql.substring(sql.indexOf("claim_jobs(") + "claim_jobs(".length(), sql.indexOf("RETURNS"));
    assertThat(firstGroups("(\\w+) =>", ClaimBench.CLAIM))
        .isEqualTo(firstGroups("(\\w+) \\w+(?:\\[\\])?[,)]", parameters))
        .hasSizeGreaterThan(8);
  }

  @Test
  void the_outbox_comes_first_and_repeatable_migrations_last() throws IOException {
    List<String> names =
        ClaimBench.migrations(Path.of("..")).stream()
            .map(file -> file.getFileName().toString())
            .toList();
    assertThat(names).startsWith("V000__outbox.sql", "V001__broker.sql").contains("R__claim.sql");
    assertThat(names.stream().dropWhile(name -> name.startsWith("V")))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("R__"));
  }
}

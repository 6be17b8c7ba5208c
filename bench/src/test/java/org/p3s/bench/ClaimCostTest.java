package org.p3s.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ClaimCostTest {

  private static final Path CLAIM =
      Path.of("../broker-service/src/main/resources/db/migration/R__claim.sql");

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(ClaimCostTest::name).toList();
  }

  private static String name(MatchResult match) {
    return match.group(1);
  }

  @Test
  void the_bench_calls_the_claim_with_the_parameters_that_it_has() throws IOException {
    String sql = Files.readString(CLAIM);
    String parameters =
        sql.substring(sql.indexOf("claim_jobs(") + "claim_jobs(".length(), sql.indexOf("RETURNS"));
    assertThat(found("(\\w+) =>", ClaimCost.CLAIM))
        .isEqualTo(found("(\\w+) \\w+(?:\\[\\])?[,)]", parameters))
        .hasSizeGreaterThan(8);
  }
}

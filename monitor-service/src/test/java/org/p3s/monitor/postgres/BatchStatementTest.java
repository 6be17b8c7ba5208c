package org.p3s.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.monitor.SampleEvents.jobFinished;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;

class BatchStatementTest {

  /** The output of a job after it went through the JSON of a batch. */
  private static String stored(String stdout) throws JsonProcessingException {
    String json = BatchStatement.json(List.of(jobFinished(Ids.next()).stdout(stdout).build()));
    assertThat(json).doesNotContainPattern("(?<!\\\\)(\\\\\\\\)*\\\\u0000");
    return JsonCodec.mapper().readTree(json).at("/0/stdout").asText();
  }

  @Test
  void the_character_nul_is_replaced_since_postgresql_cannot_store_it() throws Exception {
    assertThat(stored("a\u0000\u0000b\\\u0000")).isEqualTo("a\uFFFD\uFFFDb\\\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\\\u0000", "C:\\u0000\\u0001"})
  void text_that_only_looks_like_an_escaped_nul_is_kept(String stdout) throws Exception {
    assertThat(stored(stdout)).isEqualTo(stdout);
  }
}

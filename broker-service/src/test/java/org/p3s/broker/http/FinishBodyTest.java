package org.p3s.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.Finishes;
import org.p3s.contracts.JsonCodec;

class FinishBodyTest {

  private static Finishes.Finish finish(String more) throws Exception {
    String json = "{\"lease\": 7, \"state\": \"finished\", \"errcode\": 0" + more + "}";
    FinishBody body = JsonCodec.mapper().readValue(json, FinishBody.class);
    return body.toFinish(new UUID(1, 2), new UUID(3, 4), "local", 4096);
  }

  @Test
  void why_results_did_not_come_is_a_short_clean_text() throws Exception {
    assertThat(finish("").dqmProblem()).isNull();
    assertThat(finish(", \"dqm_problem\": \"it is over 512 KiB\"").dqmProblem())
        .isEqualTo("it is over 512 KiB");
    String problem = finish(", \"dqm_problem\": \"" + "x".repeat(2000) + "\\u0000\"").dqmProblem();
    assertThat(problem).hasSizeLessThanOrEqualTo(1000).doesNotContain("\0");
  }
}

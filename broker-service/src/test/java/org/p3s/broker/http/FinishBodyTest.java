package org.p3s.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.FinishReports;
import org.p3s.contracts.JsonCodec;

class FinishBodyTest {

  private static FinishReports.FinishRequest finish(String more) throws Exception {
    String json = "{\"lease\": 7, \"state\": \"finished\", \"errcode\": 0" + more + "}";
    FinishBody body = JsonCodec.mapper().readValue(json, FinishBody.class);
    return body.toRequest(new UUID(1, 2), new UUID(3, 4), "local", 4096);
  }

  @Test
  void the_reason_for_missing_results_is_cut_and_has_no_nul() throws Exception {
    assertThat(finish("").dqmProblem()).isNull();
    assertThat(finish(", \"dqm_problem\": \"it is over 512 KiB\"").dqmProblem())
        .isEqualTo("it is over 512 KiB");
    String problem = finish(", \"dqm_problem\": \"" + "x".repeat(2000) + "\\u0000\"").dqmProblem();
    assertThat(problem).hasSizeLessThanOrEqualTo(1000).doesNotContain("\0");
  }
}

package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Verbs that change all selected jobs, workflows or pilots. */
class BulkActionTest extends CommandFixture {

  @Test
  void selected_jobs_are_counted_and_the_user_is_asked_before_they_are_cancelled() {
    api.answer("POST /jobs/cancel", 200, "{\"count\":7}");
    String count = "POST /jobs/cancel?jobtype=t&site=s&dry_run=true";

    assertThat(p3s("job", "cancel", "--jobtype", "t", "--site", "s")).isEqualTo(2);
    assertThat(terminal.err()).contains("cancel 7 jobs?", "--yes");
    terminal = FakeTerminal.interactive("n\n");
    assertThat(p3s("job", "cancel", "--jobtype", "t", "--site", "s")).isZero();
    assertThat(api.requests()).allMatch(r -> r.methodAndPath().equals(count));

    terminal = FakeTerminal.interactive("y\n");
    assertThat(p3s("job", "cancel", "--jobtype", "t", "--site", "s")).isZero();
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("POST /jobs/cancel?jobtype=t&site=s");
    assertThat(terminal.err()).contains("cancelled 7 jobs");
  }

  @Test
  void with_the_option_yes_the_user_is_not_asked() {
    api.answer("POST /jobs/adjust", 200, "{\"count\":7}");

    String[] all = {"--state", "defined", "--user", "ann", "--name", "n", "--wfuuid", "w"};
    String[] command = {"job", "adjust", "--priority", "3", "--yes"};
    assertThat(p3s(Stream.of(command, all).flatMap(Stream::of).toArray(String[]::new))).isZero();

    assertThat(api.lastRequest().methodAndPath())
        .isEqualTo("POST /jobs/adjust?priority=3&user=ann&state=defined&wfuuid=w&name=n");
    assertThat(terminal.err()).contains("adjusted 7 jobs");
  }

  @Test
  void uuids_and_selectors_combine_and_many_uuids_are_sent_in_several_requests() {
    api.answer("POST /jobs/cancel", 200, "{\"count\":1}");

    assertThat(p3s("job", "cancel", "a", "b", "--state", "running", "--yes")).isZero();
    assertThat(api.lastRequest().methodAndPath())
        .isEqualTo("POST /jobs/cancel?state=running&uuid=a&uuid=b");

    String[] many = new String[62];
    java.util.Arrays.fill(many, "u");
    many[0] = "job";
    many[1] = "cancel";
    assertThat(p3s(many)).isEqualTo(1);
    assertThat(api.lastRequest().methodAndPath())
        .isEqualTo("POST /jobs/cancel?" + "&uuid=u".repeat(10).substring(1));
    assertThat(terminal.err()).contains("cancelled 2 of 60 jobs");
  }

  @Test
  void the_refusal_for_a_single_job_has_the_reason() {
    assertThat(p3s("job", "cancel", "a")).isEqualTo(1);
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("DELETE /jobs/a");
    assertThat(terminal.err()).contains("There is no such thing");
  }

  @Test
  void a_workflow_that_has_ended_in_the_meantime_does_not_stop_the_cancellation_of_the_others() {
    api.answer("GET /workflows", 200, "{\"items\":[{\"uuid\":\"a\"},{\"uuid\":\"b\"}]}")
        .answer(
            "DELETE /workflows/a", 409, "{\"title\":\"Not now\",\"detail\":\"It is finished.\"}")
        .answer("DELETE /workflows/b", 202, "{}");

    assertThat(p3s("workflow", "cancel", "--dag", "tpc", "--yes")).isZero();
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("DELETE /workflows/b");
    assertThat(terminal.err()).contains("cancelled 1 workflows; 1 had ended already");

    assertThat(p3s("workflow", "cancel", "a", "b")).isEqualTo(1);
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("DELETE /workflows/b");
    assertThat(terminal.err()).contains("It is finished.");
  }

  @Test
  void pilots_are_selected_by_uuids_and_selectors_together() {
    api.answer("POST /pilots/kill", 200, "{\"count\":2}");

    assertThat(p3s("pilot", "kill", "a", "b")).isZero();
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("POST /pilots/kill?uuid=a&uuid=b");
    assertThat(p3s("pilot", "kill", "a", "--site", "s", "--host", "h", "--yes")).isZero();
    assertThat(api.lastRequest().methodAndPath())
        .isEqualTo("POST /pilots/kill?site=s&host=h&uuid=a");
    assertThat(p3s("pilot", "kill")).isEqualTo(2);
    assertThat(p3s("pilot", "kill", "--site", "s")).isEqualTo(2);
    assertThat(terminal.err()).contains("kill 2 pilots?");
  }
}

package org.p3s.pilot.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProcessTableTest {

  private final UUID job = UUID.randomUUID();

  private Process leader(String script) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", script);
    builder.environment().put("P3S_JOB_UUID", job.toString());
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process leader = builder.start();
    leader.waitFor();
    return leader;
  }

  private void end(List<ProcessTable.Proc> left) {
    left.forEach(proc -> ProcessHandle.of(proc.pid()).ifPresent(ProcessHandle::destroyForcibly));
  }

  @Test
  void a_process_left_in_the_group_is_always_found() throws Exception {
    Process leader = leader("sleep 60 & exit 0");
    assertThat(ProcessTable.isNothingLeft(leader.pid(), job, 0)).isFalse();
    List<ProcessTable.Proc> left = ProcessTable.ofJob(leader.pid(), job, 0);
    assertThat(left).hasSize(1);
    end(left);
  }

  @Test
  void a_process_that_left_the_group_is_always_found() throws Exception {
    Process leader = leader("setsid sleep 60 & sleep 0.3; exit 0");
    assertThat(ProcessTable.isNothingLeft(leader.pid(), job, 0)).isFalse();
    List<ProcessTable.Proc> left = ProcessTable.ofJob(leader.pid(), job, 0);
    assertThat(left).isNotEmpty();
    end(left);
  }

  @Test
  void that_a_short_job_left_nothing_is_found_without_reading_all_processes() {
    // On a busy machine too many new pids may be in use: the answer is no, and the test repeats it.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ProcessTable.isNothingLeft(leader("true").pid(), job, 0));
  }

  @Test
  void if_the_pids_started_again_or_are_too_many_the_answer_is_no() {
    assertThat(ProcessTable.isNothingLeft(Long.MAX_VALUE, job, 0)).isFalse();
    assertThat(ProcessTable.isNothingLeft(1, job, 0)).isFalse();
  }
}

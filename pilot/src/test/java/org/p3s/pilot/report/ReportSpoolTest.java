package org.p3s.pilot.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotSession;

class ReportSpoolTest {

  @TempDir Path work;

  private Path put(ReportSpool spool) throws Exception {
    PilotSession session =
        new PilotSession(
            UUID.randomUUID(),
            new JsonFields(Map.of("token", "secret", "broker", "http://b")),
            "",
            1);
    AssignedJob job =
        new AssignedJob(
            UUID.randomUUID(), 7, 1, "n", "true", null, Map.of(), 10, List.of(), List.of());
    return spool.write(job, session, Map.of("state", "finished", "errcode", 0));
  }

  @Test
  void a_report_is_still_there_after_the_pilot_that_wrote_it_has_ended() throws Exception {
    put(new ReportSpool(work));
    List<ReportSpool.Entry> left = new ReportSpool(work).entries();
    assertThat(left).hasSize(1);
    assertThat(left.get(0).token()).isEqualTo("secret");
    assertThat(left.get(0).report()).containsEntry("state", "finished");
  }

  @Test
  void only_its_owner_can_read_a_report() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(put(new ReportSpool(work)))))
        .isEqualTo("rw-------");
  }

  @Test
  void an_accepted_report_is_removed() throws Exception {
    ReportSpool spool = new ReportSpool(work);
    spool.remove(put(spool));
    assertThat(spool.entries()).isEmpty();
  }

  @Test
  void a_refused_report_is_kept_without_its_token() throws Exception {
    ReportSpool spool = new ReportSpool(work);
    Path file = put(spool);
    spool.moveToRefused(file);
    assertThat(spool.entries()).isEmpty();
    Path kept = work.resolve("spool/refused").resolve(file.getFileName());
    assertThat(Files.readString(kept)).contains("finished").doesNotContain("secret");
  }

  @Test
  void an_incomplete_report_does_not_disturb_the_others() throws Exception {
    ReportSpool spool = new ReportSpool(work);
    Files.writeString(work.resolve("spool/x.1.json"), "{\"job\":");
    put(spool);
    assertThat(spool.entries()).hasSize(1);
  }
}

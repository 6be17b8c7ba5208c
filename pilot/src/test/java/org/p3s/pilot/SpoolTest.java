package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

  @TempDir Path work;

  private Path put(Spool spool) throws Exception {
    Session session =
        new Session(
            UUID.randomUUID(), new Fields(Map.of("token", "secret", "broker", "http://b")), "", 1);
    Assignment job =
        new Assignment(
            UUID.randomUUID(), 7, 1, "n", "true", null, Map.of(), 10, List.of(), List.of());
    return spool.put(job, session, Map.of("state", "finished", "errcode", 0));
  }

  @Test
  void a_report_outlives_the_pilot_that_wrote_it() throws Exception {
    put(new Spool(work));
    List<Spool.Entry> left = new Spool(work).leftOver();
    assertThat(left).hasSize(1);
    assertThat(left.get(0).token()).isEqualTo("secret");
    assertThat(left.get(0).report()).containsEntry("state", "finished");
  }

  @Test
  void only_its_owner_reads_it() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(put(new Spool(work)))))
        .isEqualTo("rw-------");
  }

  @Test
  void an_accepted_report_is_gone() throws Exception {
    Spool spool = new Spool(work);
    spool.accepted(put(spool));
    assertThat(spool.leftOver()).isEmpty();
  }

  @Test
  void a_refused_report_is_kept_without_its_token() throws Exception {
    Spool spool = new Spool(work);
    Path file = put(spool);
    spool.refused(file);
    assertThat(spool.leftOver()).isEmpty();
    Path kept = work.resolve("spool/refused").resolve(file.getFileName());
    assertThat(Files.readString(kept)).contains("finished").doesNotContain("secret");
  }

  @Test
  void half_a_report_disturbs_nobody() throws Exception {
    Spool spool = new Spool(work);
    Files.writeString(work.resolve("spool/x.1.json"), "{\"job\":");
    put(spool);
    assertThat(spool.leftOver()).hasSize(1);
  }
}

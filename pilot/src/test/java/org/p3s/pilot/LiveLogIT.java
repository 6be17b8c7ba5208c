package org.p3s.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.pilot.payload.LogTail;

/** Payloads whose log is followed while they run. */
class LiveLogIT extends PilotProcessFixture {

  private static final String FOLLOWED = "{\"state\":\"running\",\"stop\":false,\"follow\":true}";
  private static final String ALONE = "{\"state\":\"running\",\"stop\":false,\"follow\":false}";

  private List<Map<String, Object>> messages(UUID job) {
    return services.requestBodies("/leases/" + job + "/log");
  }

  private static Map<?, ?> part(Map<String, Object> message, String stream) {
    return (Map<?, ?>) Objects.requireNonNull(message.get(stream));
  }

  private static byte[] bytes(Map<?, ?> part) {
    return Base64.getDecoder().decode(String.valueOf(part.get("data")));
  }

  private static long from(Map<?, ?> part) {
    return ((Number) Objects.requireNonNull(part.get("from"))).longValue();
  }

  /** The bytes of a stream that were sent; there must be no gap between the messages. */
  private byte[] sent(UUID job, String stream) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Map<String, Object> message : messages(job)) {
      Map<?, ?> part = part(message, stream);
      assertThat(from(part)).isEqualTo(all.size());
      all.writeBytes(bytes(part));
    }
    return all.toByteArray();
  }

  private String text(UUID job, String stream) {
    return new String(sent(job, stream), StandardCharsets.UTF_8);
  }

  @Test
  void what_a_payload_writes_is_sent_while_it_is_written() throws Exception {
    services.leaseAnswer = FOLLOWED;
    UUID job =
        services.addJob(
            "echo one; echo oh >&2; while [ ! -e "
                + dir.resolve("go")
                + " ]; do sleep 0.05; done; echo two",
            IN_SHELL);
    await().atMost(MAX_WAIT).until(() -> text(job, "stdout").equals("one\n"));
    assertThat(text(job, "stderr")).isEqualTo("oh\n");
    Files.createFile(dir.resolve("go"));
    assertThat(awaitReport(job)).containsEntry("stdout", "one\ntwo\n");
    assertThat(text(job, "stdout")).isEqualTo("one\ntwo\n");
    assertThat(messages(job).get(messages(job).size() - 1)).containsEntry("last", true);
  }

  @Test
  void nothing_is_sent_while_nobody_follows() {
    UUID job = services.addJob("echo one; sleep 2", IN_SHELL);
    awaitReport(job);
    assertThat(messages(job)).isEmpty();
  }

  @Test
  void sending_ends_when_nobody_follows_any_more_and_begins_again_for_a_new_follower()
      throws Exception {
    services.leaseAnswer = FOLLOWED;
    UUID job = services.addJob("while sleep 0.05; do echo x; done", IN_SHELL);
    await().atMost(MAX_WAIT).until(() -> messages(job).size() >= 2);
    services.leaseAnswer = ALONE;
    await()
        .atMost(MAX_WAIT)
        .until(
            () -> {
              int before = messages(job).size();
              Thread.sleep(1_500);
              return messages(job).size() == before;
            });
    int before = messages(job).size();
    services.leaseAnswer = FOLLOWED;
    await().atMost(MAX_WAIT).until(() -> messages(job).size() > before);
    // A new follower gets the kept part of the log from the beginning.
    assertThat(from(part(messages(job).get(before), "stdout"))).isZero();
  }

  @Test
  void a_message_has_at_most_the_kept_end_of_the_output() {
    services.leaseAnswer = FOLLOWED;
    UUID job = services.addJob("head -c 300000000 /dev/zero; sleep 2; printf end", IN_SHELL);
    Map<String, Object> report = awaitReport(job);
    assertThat(text(report, "stdout")).endsWith("end");
    assertThat(messages(job)).isNotEmpty();
    for (Map<String, Object> message : messages(job)) {
      assertThat(bytes(part(message, "stdout")).length).isLessThanOrEqualTo(LogTail.MAX_BYTES);
    }
  }

  @Test
  void binary_output_is_sent_byte_by_byte() {
    services.leaseAnswer = FOLLOWED;
    UUID job = services.addJob("printf 'a\\0\\377b' >&2; sleep 2", IN_SHELL);
    awaitReport(job);
    assertThat(sent(job, "stderr")).isEqualTo(new byte[] {'a', 0, (byte) 0xFF, 'b'});
  }

  @Test
  void a_broker_that_refuses_the_log_does_not_disturb_the_job() {
    services.leaseAnswer = FOLLOWED;
    services.logStatus = 503;
    UUID job = services.addJob("echo one; sleep 2", IN_SHELL);
    assertThat(awaitReport(job)).containsEntry("errcode", 0).containsEntry("stdout", "one\n");
  }
}

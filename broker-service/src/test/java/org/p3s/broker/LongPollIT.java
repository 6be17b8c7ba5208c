package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Long polls of pilots, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class LongPollIT extends BrokerTestBase {

  @Test
  void a_closed_poll_claims_nothing() throws Exception {
    Pilot pilot = pilots.pilot();
    URI base = URI.create(TestPilots.base());
    String body = "{\"request\": \"" + UUID.randomUUID() + "\"}";
    try (Socket socket = new Socket("127.0.0.1", base.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /api/v1/pilots/%s/next?wait=30s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                  + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
              .formatted(pilot.uuid(), pilot.token(), body.length(), body)
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      awaitPendingPoll(true);
    }
    awaitPendingPoll(false);
    JobDefined job = define();
    awaitState(job.job(), "defined");
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(job.job());
    events.awaitStates(job.job(), "DISPATCHED");
  }

  @Test
  void a_poll_whose_wait_is_over_answers_204() {
    assertThat(TestPilots.now(pilots.pilot().requestJob("0.2s")).status()).isEqualTo(204);
    assertThat(TestPilots.now(pilots.pilot().requestJob("soon")).problem())
        .isEqualTo("/problems/bad-request");
  }

  @Test
  void another_replica_wakes_this_one() {
    Pilot pilot = pilots.pilot();
    CompletableFuture<Answer> poll = pilot.requestJob("20s");
    awaitPendingPoll(true);
    JobDefined job = define();
    assertThat(TestPilots.now(poll).job()).isEqualTo(job.job());
    Pilot other = pilots.pilot();
    CompletableFuture<Answer> waits = other.requestJob("20s");
    awaitPendingPoll(true);
    // What another replica would do: requeue the job, and notify this replica.
    rows(
        "UPDATE job SET state = 'defined', lease = NULL, pilot = NULL, slot = NULL WHERE uuid = $1",
        Tuple.of(job.job()));
    rows("SELECT pg_notify('p3s_broker', 'another')", Tuple.tuple());
    assertThat(TestPilots.now(waits).job()).isEqualTo(job.job());
  }

  @Test
  void each_of_many_pilots_gets_one_of_as_many_jobs() {
    int n = 200;
    List<Pilot> many = IntStream.range(0, n).mapToObj(i -> pilots.pilot()).toList();
    List<CompletableFuture<Answer>> polls = new ArrayList<>();
    many.subList(0, n / 2).forEach(pilot -> polls.add(requestAndConfirm(pilot)));
    List<JobDefined> jobs =
        IntStream.range(0, n).mapToObj(i -> JobDefinitions.at(pilots.site)).toList();
    events.send(jobs.toArray(JobDefined[]::new));
    many.subList(n / 2, n).forEach(pilot -> polls.add(requestAndConfirm(pilot)));
    Set<UUID> got = new HashSet<>();
    polls.forEach(poll -> assertThat(got.add(TestPilots.now(poll).job())).isTrue());
    assertThat(got).isEqualTo(jobs.stream().map(JobDefined::job).collect(Collectors.toSet()));
  }

  // Confirms at once: on a busy machine an unconfirmed job might be requeued.
  private static CompletableFuture<Answer> requestAndConfirm(Pilot pilot) {
    return pilot
        .requestJob("30s")
        .thenCompose(
            job ->
                pilot
                    .post("/leases/" + job.job() + "/start", Map.of("lease", job.lease()))
                    .thenApply(started -> job));
  }
}

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
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.contracts.JobDefined;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Pilots that wait for jobs, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class PollIT extends Stage {

  @Test
  void a_closed_poll_claims_nothing() throws Exception {
    Pilot pilot = fleet.pilot();
    URI base = URI.create(Fleet.base());
    String body = "{\"request\": \"" + UUID.randomUUID() + "\"}";
    try (Socket socket = new Socket("127.0.0.1", base.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /api/v1/pilots/%s/next?wait=30s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                  + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
              .formatted(pilot.uuid(), pilot.token(), body.length(), body)
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      awaitParked(true);
    }
    awaitParked(false);
    JobDefined job = define();
    awaitState(job.job(), "defined");
    assertThat(fleet.pilot().gets().job()).isEqualTo(job.job());
    said.awaitStates(job.job(), "DISPATCHED");
  }

  @Test
  void a_poll_whose_wait_is_over_answers_204() {
    assertThat(Fleet.now(fleet.pilot().asks("0.2s")).status()).isEqualTo(204);
    assertThat(Fleet.now(fleet.pilot().asks("soon")).problem()).isEqualTo("/problems/bad-request");
  }

  @Test
  void another_replica_wakes_this_one() {
    Pilot pilot = fleet.pilot();
    CompletableFuture<Answer> poll = pilot.asks("20s");
    awaitParked(true);
    JobDefined job = define();
    assertThat(Fleet.now(poll).job()).isEqualTo(job.job());
    Pilot other = fleet.pilot();
    CompletableFuture<Answer> waits = other.asks("20s");
    awaitParked(true);
    // As another replica would: back to the queue behind this one's back, and a call.
    rows(
        "UPDATE job SET state = 'defined', lease = NULL, pilot = NULL, slot = NULL WHERE uuid = $1",
        Tuple.of(job.job()));
    rows("SELECT pg_notify('p3s_broker', 'another')", Tuple.tuple());
    assertThat(Fleet.now(waits).job()).isEqualTo(job.job());
  }

  @Test
  void many_pilots_and_jobs_meet_one_to_one() {
    int n = 200;
    List<Pilot> pilots = IntStream.range(0, n).mapToObj(i -> fleet.pilot()).toList();
    List<CompletableFuture<Answer>> polls = new ArrayList<>();
    pilots.subList(0, n / 2).forEach(pilot -> polls.add(takes(pilot)));
    List<JobDefined> jobs = IntStream.range(0, n).mapToObj(i -> Jobs.at(fleet.site)).toList();
    said.tell(jobs.toArray(JobDefined[]::new));
    pilots.subList(n / 2, n).forEach(pilot -> polls.add(takes(pilot)));
    Set<UUID> got = new HashSet<>();
    polls.forEach(poll -> assertThat(got.add(Fleet.now(poll).job())).isTrue());
    assertThat(got).isEqualTo(jobs.stream().map(JobDefined::job).collect(Collectors.toSet()));
  }

  // Confirms at once: on a busy machine what is not confirmed would rightly be offered again.
  private static CompletableFuture<Answer> takes(Pilot pilot) {
    return pilot
        .asks("30s")
        .thenCompose(
            job ->
                pilot
                    .post("/leases/" + job.job() + "/start", Map.of("lease", job.lease()))
                    .thenApply(started -> job));
  }
}

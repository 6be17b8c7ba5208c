package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p3s.broker.BrokerProcess.Answer;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.Topics;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Two brokers with one database and one Kafka, each a separate process. */
class ReplicasIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String QUEUED = "SELECT uuid FROM job WHERE coalesce(pilot_site, site) = ?";

  private static final Map<String, String> SETTINGS = settings();
  private static final List<BrokerProcess> REPLICAS = new ArrayList<>();
  private static String sweeps = "";

  private final String site = "replicas-" + UUID.randomUUID();

  private static Map<String, String> settings() {
    KafkaAndPostgres resources = new KafkaAndPostgres();
    resources.init(Map.of("service", "broker"));
    return new HashMap<>(resources.start());
  }

  /** Starts two replicas with that period of the sweep, unless they are running already. */
  private static void start(String sweep) throws Exception {
    if (sweep.equals(sweeps) && REPLICAS.stream().allMatch(one -> one.process.isAlive())) {
      return;
    }
    stop();
    SETTINGS.put("p3s.broker.sweep", sweep);
    // The first one creates the tables.
    REPLICAS.add(BrokerProcess.start(SETTINGS, "replica-1").awaitReady());
    REPLICAS.add(BrokerProcess.start(SETTINGS, "replica-2").awaitReady());
    sweeps = sweep;
  }

  @AfterAll
  static void stop() throws Exception {
    for (BrokerProcess replica : REPLICAS) {
      replica.close();
    }
    REPLICAS.clear();
  }

  @AfterEach
  void deleteJobs() throws Exception {
    sql("DELETE FROM job WHERE coalesce(pilot_site, site) = ?", site);
  }

  private BrokerProcess one() {
    return REPLICAS.get(0);
  }

  private BrokerProcess two() {
    return REPLICAS.get(1);
  }

  private record Pilot(UUID uuid, String token) {

    CompletableFuture<Answer> requestJob(BrokerProcess at, String wait, UUID request) {
      String path = "/api/v1/pilots/" + uuid + "/next?wait=" + wait;
      return at.post(path, token, Map.of("request", request));
    }

    CompletableFuture<Answer> report(
        BrokerProcess at, String what, Answer job, Map<String, Object> more) {
      Map<String, Object> body = new HashMap<>(more);
      body.put("lease", job.body().path("lease").asLong());
      body.put("pilot", uuid);
      return at.post("/api/v1/leases/" + job.job() + "/" + what, token, body);
    }

    CompletableFuture<Answer> checkLease(BrokerProcess at, Answer job, String wait) {
      String query = "?lease=" + job.body().path("lease").asLong() + "&wait=" + wait;
      return at.send(at.request("/api/v1/leases/" + job.job() + query, token).GET());
    }
  }

  private Pilot pilot() throws Exception {
    UUID uuid = Ids.next();
    return new Pilot(uuid, BrokerProcess.pilotToken(SETTINGS, uuid, site));
  }

  private static <T> T now(CompletableFuture<T> answer) throws Exception {
    return answer.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** Jobs with different keys: they go to all partitions, and so to both replicas. */
  private List<JobDefined> define(int n) throws Exception {
    List<JobDefined> jobs = IntStream.range(0, n).mapToObj(i -> JobDefinitions.at(site)).toList();
    Map<String, Object> servers =
        Map.of("bootstrap.servers", SETTINGS.get("kafka.bootstrap.servers"), "acks", "all");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(servers, new StringSerializer(), new StringSerializer())) {
      for (JobDefined job : jobs) {
        ProducerRecord<String, String> record =
            new ProducerRecord<>(Topics.JOB_DEFINED, job.key(), JsonCodec.write(job));
        record.headers().add("ce_type", "job-defined.v1".getBytes(StandardCharsets.UTF_8));
        producer.send(record);
      }
    }
    return jobs;
  }

  private Set<UUID> column(String query) throws Exception {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, site);
      Set<UUID> found = new HashSet<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          assertThat(found.add(rows.getObject(1, UUID.class))).as("once").isTrue();
        }
      }
      return found;
    }
  }

  private void sql(String statement, String parameter) throws Exception {
    try (Connection connection = connect();
        PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.setString(1, parameter);
      prepared.executeUpdate();
    }
  }

  private static Connection connect() throws Exception {
    String url =
        "jdbc:postgresql://127.0.0.1:%s/p3s?currentSchema=broker"
            .formatted(SETTINGS.get("p3s.db.port"));
    return DriverManager.getConnection(url, "broker", SETTINGS.get("p3s.db.password"));
  }

  /** A sweep would find the jobs, too, but its period is longer than the test. */
  @Test
  void a_job_goes_at_once_to_a_pilot_that_waits_at_the_other_replica() throws Exception {
    start("10m");
    for (BrokerProcess at : List.of(two(), one())) {
      Set<UUID> given = new HashSet<>();
      Set<UUID> jobs = new HashSet<>();
      for (int i = 0; i < 16; i++) {
        Pilot pilot = pilot();
        CompletableFuture<Answer> poll = pilot.requestJob(at, "60s", UUID.randomUUID());
        await().atMost(LONG).until(() -> at.pendingPolls() == 1);
        define(1).forEach(job -> jobs.add(job.job()));
        Answer job = now(poll);
        assertThat(job.status()).isEqualTo(200);
        assertThat(given.add(job.job())).as("given once").isTrue();
        assertThat(now(pilot.report(at, "start", job, Map.of())).status()).isEqualTo(200);
      }
      assertThat(given).isEqualTo(jobs);
    }
  }

  @Test
  void each_pilot_at_either_replica_gets_one_job() throws Exception {
    start("10m");
    List<CompletableFuture<Answer>> polls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      polls.add(requestAndConfirm(pilot(), REPLICAS.get(i % 2)));
    }
    await().atMost(LONG).until(() -> one().pendingPolls() + two().pendingPolls() == 40);
    Set<UUID> jobs = define(40).stream().map(JobDefined::job).collect(Collectors.toSet());
    Set<UUID> given = new HashSet<>();
    for (CompletableFuture<Answer> poll : polls) {
      assertThat(given.add(now(poll).job())).as("given once").isTrue();
    }
    assertThat(given).isEqualTo(jobs);
  }

  // Confirms at once, at the other replica.
  private CompletableFuture<Answer> requestAndConfirm(Pilot pilot, BrokerProcess at) {
    return pilot
        .requestJob(at, "60s", UUID.randomUUID())
        .thenCompose(
            job ->
                pilot
                    .report(at == one() ? two() : one(), "start", job, Map.of())
                    .thenApply(started -> job));
  }

  @Test
  void a_pilot_can_continue_at_the_other_replica() throws Exception {
    start("10m");
    Pilot pilot = pilot();
    define(2);
    UUID request = UUID.randomUUID();
    Answer job = now(pilot.requestJob(one(), "60s", request));
    // The other job may come later, if its consumer has just joined the group.
    await().atMost(LONG).until(() -> column(QUEUED).size() == 2);
    assertThat(now(pilot.requestJob(two(), "60s", request)).body()).isEqualTo(job.body());
    assertThat(now(pilot.report(two(), "start", job, Map.of())).status()).isEqualTo(200);
    CompletableFuture<Answer> look = pilot.checkLease(one(), job, "60s");
    List<String> lines = new CopyOnWriteArrayList<>();
    var followed =
        two()
            .events("/api/v1/jobs/" + job.job() + "/log?follow=true")
            .thenAccept(events -> events.forEach(lines::add));
    assertThat(now(look).body().path("follow").asBoolean()).isTrue();
    String data = Base64.getEncoder().encodeToString("written".getBytes(StandardCharsets.UTF_8));
    Map<String, Object> written = Map.of("stdout", Map.of("from", 0, "data", data));
    assertThat(now(pilot.report(one(), "log", job, written)).status()).isEqualTo(200);
    await().atMost(LONG).until(() -> lines.stream().anyMatch(line -> line.contains("written")));
    Map<String, Object> end =
        Map.of(
            "state",
            "finished",
            "errcode",
            0,
            "stdout",
            "written",
            "next",
            Map.of("request", UUID.randomUUID()));
    Answer finished = now(pilot.report(one(), "finish", job, end));
    assertThat(finished.status()).isEqualTo(200);
    assertThat(finished.body().path("next").path("job").asText()).isNotEmpty();
    assertThat(now(pilot.report(two(), "finish", job, end)).status()).as("a repeat").isEqualTo(200);
    now(followed);
    assertThat(lines).anyMatch(line -> line.contains("finished"));
  }

  @Test
  void a_broker_that_is_killed_under_load_loses_nothing() throws Exception {
    start("1s");
    int n = 600;
    Set<UUID> jobs = define(n).stream().map(JobDefined::job).collect(Collectors.toSet());
    Map<UUID, Set<Long>> accepted = new ConcurrentHashMap<>();
    AtomicInteger ends = new AtomicInteger();
    int pilots = 20;
    ExecutorService threads = Executors.newFixedThreadPool(pilots);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < pilots; i++) {
        Pilot pilot = pilot();
        int first = i;
        all.add(threads.submit(() -> runJobs(pilot, first, n, ends, accepted)));
      }
      await().atMost(LONG).until(() -> ends.get() > n / 5);
      two().process.destroyForcibly();
      for (Future<?> one : all) {
        one.get(2 * LONG.toSeconds(), TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(accepted.keySet()).isEqualTo(jobs);
    assertThat(accepted.values()).as("one lease ended each").allMatch(leases -> leases.size() == 1);
    assertThat(column("SELECT job FROM job_attempt WHERE state = 'finished' AND site = ?"))
        .isEqualTo(jobs);
    assertThat(column(QUEUED)).isEmpty();
    await()
        .atMost(LONG)
        .until(() -> column("SELECT event_id FROM outbox WHERE ? <> ''"), Set::isEmpty);
  }

  /** Runs jobs until all have ended; goes to the other replica when one does not answer. */
  private Void runJobs(
      Pilot pilot, int first, int n, AtomicInteger ends, Map<UUID, Set<Long>> accepted)
      throws Exception {
    int at = first;
    while (ends.get() < n) {
      UUID request = UUID.randomUUID();
      @Nullable Answer job = null;
      while (job == null && ends.get() < n) {
        job = answerOrNull(pilot.requestJob(REPLICAS.get(at % 2), "1s", request));
        at += job == null ? 1 : 0;
      }
      if (job == null || job.status() == 204) {
        continue;
      }
      assertThat(job.status()).isEqualTo(200);
      Answer started = null;
      while (started == null) {
        started = answerOrNull(pilot.report(REPLICAS.get(at++ % 2), "start", job, Map.of()));
      }
      Answer ended = null;
      while (started.status() == 200 && ended == null) {
        Map<String, Object> body = Map.of("state", "finished", "errcode", 0);
        ended = answerOrNull(pilot.report(REPLICAS.get(at++ % 2), "finish", job, body));
      }
      if (ended != null && ended.status() == 200) {
        long lease = job.body().path("lease").asLong();
        accepted.computeIfAbsent(job.job(), any -> ConcurrentHashMap.newKeySet()).add(lease);
        ends.set(accepted.size());
      }
    }
    return null;
  }

  /** Null if the broker does not answer, or is stopping. */
  private static @Nullable Answer answerOrNull(CompletableFuture<Answer> call) throws Exception {
    try {
      Answer answer = call.get(10, TimeUnit.SECONDS);
      return answer.status() == 503 ? null : answer;
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      Thread.sleep(20);
      return null;
    }
  }
}

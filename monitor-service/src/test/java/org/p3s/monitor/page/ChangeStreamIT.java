package org.p3s.monitor.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.monitor.SampleEvents.fileArrived;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The stream of changes, as a browser reads it. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class ChangeStreamIT extends MonitorTestBase {

  @TestHTTPResource("/api/v1/events")
  URI events;

  @Test
  @Timeout(30)
  void a_change_is_reported_by_its_kind_and_followed_by_a_new_summary() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(events).header("Authorization", "Bearer " + token("viewer")).build();
    HttpResponse<Stream<String>> response =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofLines());
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    try (Stream<String> lines = response.body()) {
      project(fileArrived(Ids.next()).build());
      Iterator<String> stream = lines.iterator();
      List<String> kinds = new ArrayList<>();
      while (!kinds.contains("file")) {
        kinds.add(nextEvent(stream));
      }
      String event = nextEvent(stream);
      while (!event.equals("summary")) {
        event = nextEvent(stream);
      }
      JsonNode summary = JsonCodec.mapper().readTree(valueOf(stream.next(), "data:"));
      assertThat(summary.at("/files/arrived").asLong()).isPositive();
      assertThat(summary.at("/backlog/oldest_s").isNumber()).isTrue();
      assertThat(summary.at("/dead_letters").isNumber()).isTrue();
    }
  }

  private static String nextEvent(Iterator<String> stream) {
    String line = stream.next();
    while (!line.startsWith("event:")) {
      line = stream.next();
    }
    return valueOf(line, "event:");
  }

  private static String valueOf(String line, String field) {
    assertThat(line).startsWith(field);
    return line.substring(field.length()).strip();
  }
}

package org.p3s.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.p3s.cli.api.ServerSentEvents.ServerEvent;

class ServerSentEventsTest {

  private static ServerSentEvents events(String stream) {
    return new ServerSentEvents(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void an_event_has_a_name_and_lines_of_data() throws IOException {
    ServerSentEvents events =
        events("event:state\ndata:{\"a\":\ndata: 1}\n\ndata\n\r\nevent:end\r\ndata:  x\r\n\r\n");
    assertThat(events.next()).isEqualTo(new ServerEvent("state", "{\"a\":\n1}"));
    assertThat(events.next()).isEqualTo(new ServerEvent("message", ""));
    assertThat(events.next()).isEqualTo(new ServerEvent("end", " x"));
    assertThat(events.next()).isNull();
  }

  @Test
  void comments_other_fields_and_events_without_data_are_skipped() throws IOException {
    ServerSentEvents events = events(": alive\n\nid:7\nretry:5\nevent:empty\n\ndata:x\n\n");
    assertThat(events.next()).isEqualTo(new ServerEvent("message", "x"));
    assertThat(events.next()).isNull();
  }

  @Test
  void an_incomplete_event_at_the_end_of_the_stream_is_skipped() throws IOException {
    assertThat(events("event:stdout\ndata:x\n").next()).isNull();
  }
}

package org.p3s.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class JsonCodecTest {

  private static String fault(String json) {
    JsonProcessingException e =
        catchThrowableOfType(
            JsonProcessingException.class, () -> JsonCodec.documents().readTree(json));
    assertThat(e).as(json).isNotNull();
    return JsonCodec.fault(e);
  }

  @Test
  void a_document_has_one_end_and_each_key_once() throws JsonProcessingException {
    assertThat(fault("{\"a\":1} {}")).isEqualTo("there is more after the end of the JSON");
    assertThat(fault("[] ]")).isNotEmpty();
    assertThat(fault("{} garbage")).contains("garbage");
    assertThat(fault("{\"a\":1,\"b\":{\"c\":1,\"c\":2}}"))
        .isEqualTo("one object has twice the key 'c'");
    assertThat(JsonCodec.documents().readTree("{\"a\":1} \n").path("a").asInt()).isEqualTo(1);
  }

  @Test
  void an_event_is_read_as_it_comes() throws JsonProcessingException {
    String event =
        "{\"id\":\"018f0000-0000-7000-8000-000000000001\",\"service\":\"s\",\"level\":\"info\","
            + "\"message\":\"a\",\"message\":\"b\",\"at\":\"2026-01-31T12:00:00.000Z\"} {}";
    assertThat(JsonCodec.read(event, ServiceRecord.class).message()).isEqualTo("b");
  }
}

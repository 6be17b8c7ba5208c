package org.p3s.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Reads and writes the JSON of events and API: snake_case names, ISO-8601 UTC times with
 * milliseconds, unknown fields ignored (so that additive changes break no reader), nulls left out
 * of events.
 */
public final class JsonCodec {

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final ObjectMapper EVENTS =
      configure(new ObjectMapper()).setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
  private static final ObjectMapper DOCUMENTS = strict(apiMapper());

  /** Applies the dialect to a mapper; the API keeps nulls, events leave them out. */
  public static ObjectMapper configure(ObjectMapper mapper) {
    return mapper
        .registerModule(new JavaTimeModule())
        // A module of its own: frameworks register JavaTimeModule earlier, and the first
        // serializer of a type wins.
        .registerModule(new SimpleModule("p3s-times").addSerializer(Instant.class, new Millis()))
        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  /**
   * Makes a mapper refuse input of which it would ignore a part: a key that an object has twice,
   * and text after the document's end. For documents that people write.
   */
  public static ObjectMapper strict(ObjectMapper mapper) {
    return mapper
        .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /** A strict mapper, for JSON documents in a text field of another document. */
  public static ObjectMapper documents() {
    return DOCUMENTS;
  }

  /** What is wrong, in one line, without the names of the library's settings. */
  public static String fault(JsonProcessingException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("not readable");
    if (message.startsWith("Trailing token")) {
      return "there is more after the end of the JSON";
    }
    return isDuplicate(e)
        ? message.replaceFirst("Duplicate field", "one object has twice the key")
        : message;
  }

  /** True if an object has a key twice. */
  public static boolean isDuplicate(JsonProcessingException e) {
    return e.getOriginalMessage().startsWith("Duplicate field");
  }

  public static String write(Event event) {
    try {
      return EVENTS.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + event.getClass().getSimpleName(), e);
    }
  }

  /**
   * Reads an event.
   *
   * @throws JsonProcessingException if the text is no JSON, or lacks what the type requires
   */
  public static <E extends Event> E read(String json, Class<E> type)
      throws JsonProcessingException {
    E event = EVENTS.readValue(json, type);
    if (event == null) {
      throw new JsonMappingException(null, "the event is null");
    }
    return event;
  }

  /** A mapper of the event dialect, for trees and for parts of events. */
  public static ObjectMapper mapper() {
    return EVENTS;
  }

  /** A fresh mapper of the API dialect, which keeps nulls. */
  public static ObjectMapper apiMapper() {
    return configure(JsonMapper.builder().build());
  }

  private static final class Millis extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider serializers)
        throws IOException {
      out.writeString(MILLIS.format(value));
    }
  }

  private JsonCodec() {}
}

package org.p3s.platform;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.DefaultBean;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.p3s.contracts.JsonCodec;

/** Provides the clock, and sets up the JSON dialect of the API. */
@Singleton
public class TimeAndJsonConfig implements ObjectMapperCustomizer {

  /** The wall clock; tests replace it by one that they set. */
  @Produces
  @Singleton
  @DefaultBean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public void customize(ObjectMapper mapper) {
    // Otherwise a second document in a body would be ignored silently.
    JsonCodec.configure(mapper).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }
}

package org.p3s.platform;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.DefaultBean;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.p3s.contracts.JsonCodec;

/** The time and the JSON dialect that services are given. */
@Singleton
public class TimeAndJsonConfig implements ObjectMapperCustomizer {

  /** Wall clock; tests replace it by one they tick. */
  @Produces
  @Singleton
  @DefaultBean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public void customize(ObjectMapper mapper) {
    // A second document in a body would be lost without a word.
    JsonCodec.configure(mapper).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }
}

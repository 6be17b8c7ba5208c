package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import org.p3s.contracts.JsonCodec;

/**
 * Refuses JSON bodies in which an object has a key twice: people write the files that this service
 * reads, and such a key is a mistake. The other services do not check it, because it would cost
 * time for each report of a pilot.
 */
@Singleton
class StrictJsonBodies implements ObjectMapperCustomizer {

  @Override
  public void customize(ObjectMapper mapper) {
    JsonCodec.strict(mapper);
  }
}

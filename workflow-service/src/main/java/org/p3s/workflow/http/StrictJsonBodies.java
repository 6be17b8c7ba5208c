package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import org.p3s.contracts.JsonCodec;

/**
 * People write what this service reads, and two values of one key are a mistake of theirs. Not for
 * all services: to look for it costs a little with each report of a pilot, which no person writes.
 */
@Singleton
class StrictJsonBodies implements ObjectMapperCustomizer {

  @Override
  public void customize(ObjectMapper mapper) {
    JsonCodec.strict(mapper);
  }
}

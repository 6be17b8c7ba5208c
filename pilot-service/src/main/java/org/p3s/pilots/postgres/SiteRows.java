package org.p3s.pilots.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;
import org.p3s.contracts.JsonCodec;
import org.p3s.pilots.domain.Site;

/** Maps sites to entities and back. */
final class SiteRows {

  private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> VARIABLES = new TypeReference<>() {};

  static Site site(SiteEntity entity) {
    return new Site(
        entity.name,
        read(entity.name, entity.env, VARIABLES),
        entity.server,
        entity.provider,
        entity.pilots,
        entity.pilotcycles,
        entity.pilotperiod,
        entity.pilotbeat,
        entity.pilotlife,
        entity.slots,
        read(entity.name, entity.allowEnv, TEXTS),
        read(entity.name, entity.prefix, TEXTS));
  }

  static SiteEntity entity(Site site) {
    SiteEntity entity = new SiteEntity();
    entity.name = site.name();
    entity.env = write(site.env());
    entity.server = site.server();
    entity.provider = site.provider();
    entity.pilots = site.pilots();
    entity.pilotcycles = site.pilotcycles();
    entity.pilotperiod = site.pilotperiod();
    entity.pilotbeat = site.pilotbeat();
    entity.pilotlife = site.pilotlife();
    entity.slots = site.slots();
    entity.allowEnv = write(site.allowEnv());
    entity.prefix = write(site.prefix());
    return entity;
  }

  // Without a cause: an exception of the JSON library would look like a passing failure.
  private static <T> T read(String site, String json, TypeReference<T> type) {
    try {
      return JsonCodec.mapper().readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "the stored site " + site + " cannot be read: " + JsonCodec.fault(e));
    }
  }

  private static String write(Object value) {
    try {
      return JsonCodec.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private SiteRows() {}
}

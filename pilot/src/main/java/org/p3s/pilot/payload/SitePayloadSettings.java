package org.p3s.pilot.payload;

import java.util.List;
import java.util.Map;
import org.p3s.pilot.http.JsonFields;

/**
 * What a site sets for the payloads that run there.
 *
 * @param env variables that each payload gets
 * @param allowedVariables names of variables of the pilot that payloads may see
 * @param prefix the words before each payload's own, for instance those that start a container;
 *     empty if there is no prefix
 */
public record SitePayloadSettings(
    Map<String, String> env, List<String> allowedVariables, List<String> prefix) {

  /** Reads the answer to a registration. */
  public static SitePayloadSettings of(JsonFields answer) {
    return new SitePayloadSettings(
        answer.textMap("env"), answer.texts("allow_env"), answer.texts("prefix"));
  }
}

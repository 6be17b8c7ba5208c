package org.p3s.pilots.http;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.domain.Site;
import org.p3s.platform.http.Names;
import org.p3s.platform.problem.ProblemException;

/**
 * A site as JSON; what is not given has a default.
 *
 * @param name 1 to 100 letters, digits, dots, dashes and underscores
 * @param env variables for all payloads at the site
 * @param server from the site files of the old system; shown, and used by nothing
 * @param provider the provider that starts pilots here; null: nobody starts pilots
 * @param pilots how many pilots the provider keeps alive
 * @param pilotcycles how often a pilot asks for a job before it ends; 0 for no limit
 * @param pilotperiod seconds between two checks of the number of pilots; 0 for every check
 * @param pilotbeat seconds between two heartbeats of a pilot
 * @param pilotlife seconds after which a pilot asks for no more jobs; 0 for no limit
 * @param slots slots of a pilot that does not say how many it has
 * @param allowEnv names of variables that payloads get from the pilot's own environment
 * @param prefix the words before every payload's command, for instance of a container
 */
record SiteBody(
    @Nullable String name,
    @Nullable Map<String, String> env,
    @Nullable String server,
    @Nullable String provider,
    @Nullable Integer pilots,
    @Nullable Integer pilotcycles,
    @Nullable Integer pilotperiod,
    @Nullable Integer pilotbeat,
    @Nullable Integer pilotlife,
    @Nullable Integer slots,
    @Nullable List<String> allowEnv,
    @Nullable List<String> prefix) {

  private static final int MAX_SLOTS = 64;
  private static final int MAX_PREFIX_WORDS = 100;

  static SiteBody of(Site site) {
    return new SiteBody(
        site.name(),
        site.env(),
        site.server(),
        site.provider(),
        site.pilots(),
        site.pilotcycles(),
        site.pilotperiod(),
        site.pilotbeat(),
        site.pilotlife(),
        site.slots(),
        site.allowEnv(),
        site.prefix());
  }

  /**
   * Checks the values and adds the defaults.
   *
   * @param name of the site, which a PUT has in its path
   * @param providers the names of the providers that this service has
   */
  Site toSite(@Nullable String name, Collection<String> providers) {
    return new Site(
        Names.require("/name", name),
        env == null ? Map.of() : env,
        server,
        checkedProvider(providers),
        number("/pilots", pilots, 0, 0, 100_000),
        number("/pilotcycles", pilotcycles, 0, 0, Integer.MAX_VALUE),
        number("/pilotperiod", pilotperiod, 10, 0, 86_400),
        number("/pilotbeat", pilotbeat, 5, 1, 3_600),
        number("/pilotlife", pilotlife, 90_000, 0, Integer.MAX_VALUE),
        number("/slots", slots, 1, 1, MAX_SLOTS),
        allowEnv == null ? List.of() : allowEnv,
        prefix == null ? List.of() : checkedPrefix(prefix));
  }

  private @Nullable String checkedProvider(Collection<String> known) {
    if (provider != null && !known.contains(provider)) {
      throw ProblemException.invalid(
          "/provider", "is null or one of: " + String.join(", ", known) + "; not " + provider);
    }
    return provider;
  }

  private static List<String> checkedPrefix(List<String> words) {
    if (words.isEmpty()) {
      return words;
    }
    String program = words.get(0);
    if (program == null || program.isBlank() || words.size() > MAX_PREFIX_WORDS) {
      throw ProblemException.invalid(
          "/prefix", "is a program and its arguments, " + MAX_PREFIX_WORDS + " words at most");
    }
    for (String word : words) {
      if (word == null || word.indexOf('\0') >= 0) {
        throw ProblemException.invalid("/prefix", "has a word that is null or contains a NUL");
      }
    }
    return words;
  }

  private static int number(
      String pointer, @Nullable Integer value, int otherwise, int least, int most) {
    if (value == null) {
      return otherwise;
    }
    if (value < least || value > most) {
      throw ProblemException.invalid(pointer, "is " + least + " to " + most + ", not " + value);
    }
    return value;
  }
}

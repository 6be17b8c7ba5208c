package org.p3s.pilots.domain;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place where pilots run, as operators define it.
 *
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
public record Site(
    String name,
    Map<String, String> env,
    @Nullable String server,
    @Nullable String provider,
    int pilots,
    int pilotcycles,
    int pilotperiod,
    int pilotbeat,
    int pilotlife,
    int slots,
    List<String> allowEnv,
    List<String> prefix) {}

package org.p3s.broker.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which a waiting job may be given to a pilot, as a list of named functions. They
 * explain to people why a job waits. The claim applies the same rules in SQL ({@code
 * R__claim.sql}), to all slot requests at once. A new rule has to be added in both places; {@code
 * ClaimMatchesRulesIT} compares the two.
 */
public final class MatchingRules {

  /**
   * What the rules look at: a waiting job, its job type and the pilots that wait.
   *
   * @param staleAt the job's deadline; null: none
   * @param startBy its latest start, so that it can end by the deadline; null: none
   * @param notBefore when a retry may be given out; null: at once
   * @param limit how many jobs of its type pilots may hold at a time; null: any number
   * @param held how many jobs of its type pilots hold now
   * @param timelimit of the job, in seconds
   * @param runTimes how long jobs of its type take
   * @param waitingKinds the kinds of slot requests that wait now, each with the latest end of a
   *     pilot's life among them; {@link Instant#MAX} if one does not say when it ends
   */
  public record Input(
      String jobtype,
      @Nullable String site,
      Map<String, String> requirements,
      @Nullable Instant staleAt,
      @Nullable Instant startBy,
      @Nullable Instant notBefore,
      @Nullable Integer limit,
      long held,
      long timelimit,
      RunTimeEstimates runTimes,
      Map<SlotRequest.Kind, Instant> waitingKinds,
      Instant now) {}

  /** Whether a rule lets the job pass, and why, for people. */
  public record Verdict(String rule, boolean passes, String why) {}

  /** One reason for which a job may have to wait. */
  public interface Rule {
    Verdict check(Input input);
  }

  /** All rules, in the order in which a person would ask. */
  public static final List<Rule> RULES =
      List.of(
          MatchingRules::notStale,
          MatchingRules::backoffOver,
          MatchingRules::underTypeLimit,
          MatchingRules::pilotWaits,
          MatchingRules::siteAccepts,
          MatchingRules::labelsSatisfied,
          MatchingRules::withinPilotLifetime);

  /** The verdicts of all rules, those that fail first. */
  public static List<Verdict> explain(Input input) {
    return RULES.stream()
        .map(rule -> rule.check(input))
        .sorted(Comparator.comparing(Verdict::passes))
        .toList();
  }

  /** True if a slot of this kind offers the site and the labels that a job asks for. */
  public static boolean matches(
      @Nullable String site, Map<String, String> requirements, SlotRequest.Kind kind) {
    return isAtSite(site, kind) && hasLabels(requirements, kind);
  }

  /** True if such a job is likely to end before its pilot does. */
  public static boolean endsBeforePilot(
      @Nullable Instant pilotEndsAt,
      String site,
      long timelimit,
      RunTimeEstimates runTimes,
      Instant now) {
    return pilotEndsAt == null
        || !pilotEndsAt.isBefore(now.plus(runTimes.neededTime(site, timelimit)));
  }

  static Verdict notStale(Input input) {
    Instant deadline = input.staleAt();
    Instant startBy = input.startBy();
    if (deadline == null || startBy == null) {
      return new Verdict("not-stale", true, "The job has no deadline.");
    }
    String inTime =
        startBy.isBefore(deadline)
            ? "To end by " + Text.time(deadline) + " it has to start by " + Text.time(startBy)
            : "It has to start by " + Text.time(deadline);
    return startBy.isAfter(input.now())
        ? new Verdict("not-stale", true, inTime + ".")
        : new Verdict("not-stale", false, inTime + "; it is being dropped.");
  }

  static Verdict backoffOver(Input input) {
    Instant due = input.notBefore();
    return due == null
        ? new Verdict("backoff-over", true, "It is not held back.")
        : new Verdict(
            "backoff-over", false, "It is a retry, held back until " + Text.time(due) + ".");
  }

  static Verdict underTypeLimit(Input input) {
    Integer limit = input.limit();
    String type = "Job type " + input.jobtype();
    if (limit == null) {
      return new Verdict("under-type-limit", true, type + " has no limit.");
    }
    if (limit == 0) {
      return new Verdict("under-type-limit", false, type + " is paused (limit 0).");
    }
    return new Verdict(
        "under-type-limit",
        input.held() < limit,
        type + " has " + input.held() + " jobs that pilots hold, the limit is " + limit + ".");
  }

  static Verdict pilotWaits(Input input) {
    return input.waitingKinds().isEmpty()
        ? new Verdict("pilot-waits", false, "No pilot waits for a job at this broker.")
        : new Verdict("pilot-waits", true, "Pilots wait for jobs at this broker.");
  }

  static Verdict siteAccepts(Input input) {
    String site = input.site();
    if (site == null) {
      return new Verdict("site-accepts", true, "The job may run at any site.");
    }
    return input.waitingKinds().keySet().stream().anyMatch(kind -> isAtSite(site, kind))
        ? new Verdict("site-accepts", true, "A pilot of site " + site + " waits.")
        : new Verdict("site-accepts", false, "No pilot of site " + site + " waits at this broker.");
  }

  static Verdict labelsSatisfied(Input input) {
    Map<String, String> wanted = input.requirements();
    if (wanted.isEmpty()) {
      return new Verdict("labels-satisfied", true, "The job asks for no labels.");
    }
    boolean passes =
        input.waitingKinds().keySet().stream()
            .anyMatch(kind -> matches(input.site(), wanted, kind));
    return new Verdict(
        "labels-satisfied",
        passes,
        (passes ? "A pilot that fits has " : "No waiting pilot that fits has ") + wanted + ".");
  }

  static Verdict withinPilotLifetime(Input input) {
    List<Map.Entry<SlotRequest.Kind, Instant>> matching =
        input.waitingKinds().entrySet().stream()
            .filter(kind -> matches(input.site(), input.requirements(), kind.getKey()))
            .toList();
    if (matching.isEmpty()) {
      return new Verdict("within-pilot-lifetime", true, "No pilot waits that could end too early.");
    }
    for (Map.Entry<SlotRequest.Kind, Instant> kind : matching) {
      String site = kind.getKey().site();
      if (endsBeforePilot(
          kind.getValue(), site, input.timelimit(), input.runTimes(), input.now())) {
        return new Verdict(
            "within-pilot-lifetime",
            true,
            "A pilot waits that lives for the "
                + neededSeconds(input, site)
                + " that the job may take.");
      }
    }
    Map.Entry<SlotRequest.Kind, Instant> longest =
        matching.stream().max(Map.Entry.comparingByValue()).orElseThrow();
    return new Verdict(
        "within-pilot-lifetime",
        false,
        "The job may take "
            + neededSeconds(input, longest.getKey().site())
            + "; the last pilot that fits ends at "
            + Text.time(longest.getValue())
            + ".");
  }

  private static String neededSeconds(Input input, String site) {
    return input.runTimes().neededTime(site, input.timelimit()).toMillis() / 1000.0 + " s";
  }

  private static boolean isAtSite(@Nullable String site, SlotRequest.Kind kind) {
    return site == null || site.equals(kind.site());
  }

  private static boolean hasLabels(Map<String, String> requirements, SlotRequest.Kind kind) {
    return kind.labels().entrySet().containsAll(requirements.entrySet());
  }

  private MatchingRules() {}
}

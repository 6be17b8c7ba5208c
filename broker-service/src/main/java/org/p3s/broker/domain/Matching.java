package org.p3s.broker.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a job may or may not be given out, as a list of named rules. The claim in SQL goes by the
 * same rules for all seats at once; a test holds the two together.
 */
public final class Matching {

  /**
   * A waiting job and what surrounds it.
   *
   * @param staleAt its deadline; null: none
   * @param startBy its latest start, so that it can end by then; null: none
   * @param notBefore when a retry may be given out; null: at once
   * @param limit how many of its type may be held at a time; null: any number
   * @param held how many of its type are held now
   * @param timelimit of the job, in seconds
   * @param runTimes how long jobs of its type take
   * @param kinds the kinds of seats that wait now, each with the end of the longest life among
   *     them; {@link Instant#MAX} if one does not end
   */
  public record View(
      String jobtype,
      @Nullable String site,
      Map<String, String> requirements,
      @Nullable Instant staleAt,
      @Nullable Instant startBy,
      @Nullable Instant notBefore,
      @Nullable Integer limit,
      long held,
      long timelimit,
      RunTimes runTimes,
      Map<Seat.Kind, Instant> kinds,
      Instant now) {}

  /** Whether a rule lets the job pass, and why, for people. */
  public record Verdict(String rule, boolean passes, String why) {}

  /** One reason for which a job may have to wait. */
  public interface Rule {
    Verdict check(View view);
  }

  /** All rules, in the order in which a person would ask. */
  public static final List<Rule> RULES =
      List.of(
          Matching::notStale,
          Matching::backoffOver,
          Matching::underTypeLimit,
          Matching::pilotWaits,
          Matching::siteAccepts,
          Matching::labelsSatisfied,
          Matching::withinPilotLifetime);

  /** The verdicts of all rules, those that fail first. */
  public static List<Verdict> explain(View view) {
    return RULES.stream()
        .map(rule -> rule.check(view))
        .sorted(Comparator.comparing(Verdict::passes))
        .toList();
  }

  /** True if this kind of seat may take such a job. */
  public static boolean fits(
      @Nullable String site, Map<String, String> requirements, Seat.Kind kind) {
    return accepts(site, kind) && carries(requirements, kind);
  }

  /** True if such a job is likely to end before the seat's pilot does. */
  public static boolean outlives(
      @Nullable Instant until, String site, long timelimit, RunTimes runTimes, Instant now) {
    return until == null || !until.isBefore(now.plus(runTimes.need(site, timelimit)));
  }

  static Verdict notStale(View view) {
    Instant deadline = view.staleAt();
    Instant startBy = view.startBy();
    if (deadline == null || startBy == null) {
      return new Verdict("not-stale", true, "The job has no deadline.");
    }
    String inTime =
        startBy.isBefore(deadline)
            ? "To end by " + Text.time(deadline) + " it has to start by " + Text.time(startBy)
            : "It has to start by " + Text.time(deadline);
    return startBy.isAfter(view.now())
        ? new Verdict("not-stale", true, inTime + ".")
        : new Verdict("not-stale", false, inTime + "; it is being dropped.");
  }

  static Verdict backoffOver(View view) {
    Instant due = view.notBefore();
    return due == null
        ? new Verdict("backoff-over", true, "It is not held back.")
        : new Verdict(
            "backoff-over", false, "It is a retry, held back until " + Text.time(due) + ".");
  }

  static Verdict underTypeLimit(View view) {
    Integer limit = view.limit();
    String type = "Job type " + view.jobtype();
    if (limit == null) {
      return new Verdict("under-type-limit", true, type + " has no limit.");
    }
    if (limit == 0) {
      return new Verdict("under-type-limit", false, type + " is paused (limit 0).");
    }
    return new Verdict(
        "under-type-limit",
        view.held() < limit,
        type + " has " + view.held() + " jobs in pilots' hands, the limit is " + limit + ".");
  }

  static Verdict pilotWaits(View view) {
    return view.kinds().isEmpty()
        ? new Verdict("pilot-waits", false, "No pilot waits for a job at this broker.")
        : new Verdict("pilot-waits", true, "Pilots wait for jobs at this broker.");
  }

  static Verdict siteAccepts(View view) {
    String site = view.site();
    if (site == null) {
      return new Verdict("site-accepts", true, "The job may run at any site.");
    }
    return view.kinds().keySet().stream().anyMatch(kind -> accepts(site, kind))
        ? new Verdict("site-accepts", true, "A pilot of site " + site + " waits.")
        : new Verdict("site-accepts", false, "No pilot of site " + site + " waits at this broker.");
  }

  static Verdict labelsSatisfied(View view) {
    Map<String, String> wanted = view.requirements();
    if (wanted.isEmpty()) {
      return new Verdict("labels-satisfied", true, "The job asks for no labels.");
    }
    boolean passes =
        view.kinds().keySet().stream().anyMatch(kind -> fits(view.site(), wanted, kind));
    return new Verdict(
        "labels-satisfied",
        passes,
        (passes ? "A pilot that fits has " : "No waiting pilot that fits has ") + wanted + ".");
  }

  static Verdict withinPilotLifetime(View view) {
    List<Map.Entry<Seat.Kind, Instant>> fitting =
        view.kinds().entrySet().stream()
            .filter(kind -> fits(view.site(), view.requirements(), kind.getKey()))
            .toList();
    if (fitting.isEmpty()) {
      return new Verdict("within-pilot-lifetime", true, "No pilot waits that could end too early.");
    }
    for (Map.Entry<Seat.Kind, Instant> kind : fitting) {
      String site = kind.getKey().site();
      if (outlives(kind.getValue(), site, view.timelimit(), view.runTimes(), view.now())) {
        return new Verdict(
            "within-pilot-lifetime",
            true,
            "A pilot waits that lives on for the " + need(view, site) + " that the job may take.");
      }
    }
    Map.Entry<Seat.Kind, Instant> longest =
        fitting.stream().max(Map.Entry.comparingByValue()).orElseThrow();
    return new Verdict(
        "within-pilot-lifetime",
        false,
        "The job may take "
            + need(view, longest.getKey().site())
            + "; the last pilot that fits ends at "
            + Text.time(longest.getValue())
            + ".");
  }

  private static String need(View view, String site) {
    return view.runTimes().need(site, view.timelimit()).toMillis() / 1000.0 + " s";
  }

  private static boolean accepts(@Nullable String site, Seat.Kind kind) {
    return site == null || site.equals(kind.site());
  }

  private static boolean carries(Map<String, String> requirements, Seat.Kind kind) {
    return kind.labels().entrySet().containsAll(requirements.entrySet());
  }

  private Matching() {}
}

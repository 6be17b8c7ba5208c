package org.p3s.standalone.system.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.p3s.contracts.Event;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.WorkflowFinished;

/**
 * All that was told in a run, held against what clients know: proves that no job ran in two hands
 * or in none. Pure; reading the topics is the caller's.
 *
 * <p>Topics repeat themselves: a record with the id of an earlier one is left out, and must say the
 * same.
 */
public final class History {

  private static final int SHOWN = 25;

  private final Known known;
  private final Map<String, Told> byId = new LinkedHashMap<>();
  private final Map<UUID, Story> stories = new LinkedHashMap<>();
  private final List<String> violations = new ArrayList<>();

  public History(List<Told> told, Known known) {
    this.known = known;
    told.forEach(this::take);
    Set<UUID> speakers = known.pilots();
    stories.values().forEach(story -> story.speakers = speakers);
    known.sent().forEach(report -> story(report.job()).sent.add(report));
    known.accepted().forEach(report -> story(report.job()).accepted.add(report));
    known.jobs().forEach(this::story);
    jobs();
    workflows();
    pilots();
  }

  private void take(Told one) {
    Told before = byId.putIfAbsent(one.id(), one);
    if (before == null) {
      UUID job = jobOf(one.event());
      if (job != null) {
        story(job).add(one);
      }
    } else if (!before.event().equals(one.event())) {
      violations.add(
          "a repeat says the same: event %s is%n    %s  (%s)%n    %s  (%s)"
              .formatted(one.id(), before.event(), before.place(), one.event(), one.place()));
    }
  }

  private static UUID jobOf(Event event) {
    if (event instanceof JobDefined e) {
      return e.job();
    } else if (event instanceof JobAdjusted e) {
      return e.job();
    } else if (event instanceof JobWithdrawn e) {
      return e.job();
    } else if (event instanceof JobProgress e) {
      return e.job();
    } else if (event instanceof JobFinished e) {
      return e.job();
    }
    return null;
  }

  private Story story(UUID job) {
    return stories.computeIfAbsent(job, Story::new);
  }

  private void jobs() {
    for (Story story : stories.values()) {
      for (JobRules.Rule rule : JobRules.ALL) {
        rule.check().look(story, wrong -> complain(rule.name(), story, wrong));
      }
    }
    for (UUID job : known.jobs()) {
      if (story(job).definitions().isEmpty()) {
        complain("an accepted job is defined", story(job), "no definition was told");
      }
    }
  }

  private void complain(String rule, Story story, String wrong) {
    violations.add("%s: job %s: %s%n%s".formatted(rule, story.job, wrong, story));
  }

  private void workflows() {
    Map<UUID, List<WorkflowFinished>> ends = new HashMap<>();
    all(WorkflowFinished.class)
        .forEach(end -> ends.computeIfAbsent(end.wfuuid(), w -> new ArrayList<>()).add(end));
    for (UUID workflow : known.workflows()) {
      ends.putIfAbsent(workflow, List.of());
    }
    ends.forEach(
        (workflow, told) -> {
          if (told.size() != 1) {
            violations.add(
                "a workflow ends exactly once: %s ended %d times: %s"
                    .formatted(workflow, told.size(), told));
          }
        });
    for (JobDefined job : all(JobDefined.class)) {
      for (WorkflowFinished end : ends.getOrDefault(job.wfuuid(), List.of())) {
        if (job.definedAt().isAfter(end.tsSto())) {
          violations.add(
              "nothing begins in a workflow that ended: job %s defined at %s, workflow %s ended at %s"
                  .formatted(job.job(), job.definedAt(), end.wfuuid(), end.tsSto()));
        }
      }
    }
  }

  private void pilots() {
    Map<UUID, List<PilotHeartbeat>> ends =
        all(PilotHeartbeat.class).stream()
            .filter(beat -> beat.kind() == PilotHeartbeat.Kind.END)
            .collect(Collectors.groupingBy(PilotHeartbeat::pilot));
    ends.forEach(
        (pilot, told) -> {
          if (told.size() != 1) {
            violations.add("a pilot ends once: %s ended as %s".formatted(pilot, told));
          }
        });
    for (Story story : stories.values()) {
      for (JobFinished end : story.ends) {
        if (end.state() == JobEnd.PILOT_TIMEOUT && !ends.containsKey(end.pilot())) {
          complain(
              "nobody is lost who lives",
              story,
              "ended as pilot-timeout, but its pilot %s did not end".formatted(end.pilot()));
        }
      }
    }
  }

  private <E extends Event> List<E> all(Class<E> type) {
    return byId.values().stream()
        .map(Told::event)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** Jobs that were accepted or defined and have not ended. */
  public Set<UUID> open() {
    return stories.values().stream()
        .filter(story -> story.attempts().isEmpty() || isOpen(story))
        .map(story -> story.job)
        .collect(Collectors.toSet());
  }

  private static boolean isOpen(Story story) {
    return story.attempts().stream().anyMatch(attempt -> story.ends(attempt).isEmpty());
  }

  /** How often each end came, for people. */
  public Map<JobEnd, Long> ends() {
    return all(JobFinished.class).stream()
        .collect(Collectors.groupingBy(JobFinished::state, Collectors.counting()));
  }

  /** Jobs of which something is known. */
  public int jobCount() {
    return stories.size();
  }

  /** Pilots that were called lost. */
  public Set<UUID> lostPilots() {
    return all(PilotHeartbeat.class).stream()
        .filter(beat -> beat.kind() == PilotHeartbeat.Kind.END && beat.status().equals("TO"))
        .map(PilotHeartbeat::pilot)
        .collect(Collectors.toSet());
  }

  /** Times a lease was taken back before its payload ran. */
  public long requeues() {
    return all(JobProgress.class).stream()
        .filter(step -> step.state() == JobProgress.State.REQUEUED)
        .count();
  }

  /** The ends of a job, in order. */
  public List<JobFinished> endsOf(UUID job) {
    return List.copyOf(story(job).ends);
  }

  /** The last word that its payload runs. */
  public Optional<JobProgress> runs(UUID job) {
    return story(job).progress.stream()
        .filter(step -> step.state() == JobProgress.State.RUNNING)
        .reduce((before, last) -> last);
  }

  /** All that was told of a job, for messages. */
  public String tell(UUID job) {
    return story(job).toString();
  }

  /** Each with rule, job, leases, times and events; empty if all is well. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** Fails with the violations if there are any. */
  public void mustHold() {
    if (!violations.isEmpty()) {
      Map<String, Long> byRule =
          violations.stream()
              .map(v -> v.substring(0, v.indexOf(':')))
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      throw new AssertionError(
          byRule + "\n" + violations.stream().limit(SHOWN).collect(Collectors.joining("\n\n")));
    }
  }
}

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
 * All events of a test run, compared with what clients observed. If it holds, no job was run by two
 * pilots at once and none was lost. The class reads no topics; the caller does.
 *
 * <p>Topics repeat records: a record with the id of an earlier one is left out, and must have the
 * same content.
 */
public final class EventHistory {

  private static final int MAX_SHOWN = 25;

  private final ClientObservations observations;
  private final Map<String, RecordedEvent> byId = new LinkedHashMap<>();
  private final Map<UUID, JobHistory> byJob = new LinkedHashMap<>();
  private final List<String> violations = new ArrayList<>();

  public EventHistory(List<RecordedEvent> events, ClientObservations observations) {
    this.observations = observations;
    events.forEach(this::add);
    Set<UUID> pilots = observations.pilots();
    byJob.values().forEach(job -> job.observedPilots = pilots);
    observations.sent().forEach(report -> historyOf(report.job()).sent.add(report));
    observations.accepted().forEach(report -> historyOf(report.job()).accepted.add(report));
    observations.jobs().forEach(this::historyOf);
    checkJobs();
    checkWorkflows();
    checkPilots();
  }

  private void add(RecordedEvent recorded) {
    RecordedEvent before = byId.putIfAbsent(recorded.id(), recorded);
    if (before == null) {
      UUID job = jobOf(recorded.event());
      if (job != null) {
        historyOf(job).add(recorded);
      }
    } else if (!before.event().equals(recorded.event())) {
      violations.add(
          "a repeated record has the same content: event %s is%n    %s  (%s)%n    %s  (%s)"
              .formatted(
                  recorded.id(),
                  before.event(),
                  before.place(),
                  recorded.event(),
                  recorded.place()));
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

  private JobHistory historyOf(UUID job) {
    return byJob.computeIfAbsent(job, JobHistory::new);
  }

  private void checkJobs() {
    for (JobHistory job : byJob.values()) {
      for (JobRules.Rule rule : JobRules.ALL) {
        rule.check().check(job, violation -> addViolation(rule.name(), job, violation));
      }
    }
    for (UUID job : observations.jobs()) {
      if (historyOf(job).definitions().isEmpty()) {
        addViolation("an accepted job is defined", historyOf(job), "there is no definition of it");
      }
    }
  }

  private void addViolation(String rule, JobHistory job, String violation) {
    violations.add("%s: job %s: %s%n%s".formatted(rule, job.job, violation, job));
  }

  private void checkWorkflows() {
    Map<UUID, List<WorkflowFinished>> endsByWorkflow = new HashMap<>();
    all(WorkflowFinished.class)
        .forEach(
            end -> endsByWorkflow.computeIfAbsent(end.wfuuid(), w -> new ArrayList<>()).add(end));
    for (UUID workflow : observations.workflows()) {
      endsByWorkflow.putIfAbsent(workflow, List.of());
    }
    endsByWorkflow.forEach(
        (workflow, ends) -> {
          if (ends.size() != 1) {
            violations.add(
                "a workflow ends exactly once: %s ended %d times: %s"
                    .formatted(workflow, ends.size(), ends));
          }
        });
    for (JobDefined job : all(JobDefined.class)) {
      for (WorkflowFinished end : endsByWorkflow.getOrDefault(job.wfuuid(), List.of())) {
        if (job.definedAt().isAfter(end.tsSto())) {
          violations.add(
              "no job is defined in a workflow that ended: job %s defined at %s, workflow %s ended at %s"
                  .formatted(job.job(), job.definedAt(), end.wfuuid(), end.tsSto()));
        }
      }
    }
  }

  private void checkPilots() {
    Map<UUID, List<PilotHeartbeat>> endsByPilot =
        all(PilotHeartbeat.class).stream()
            .filter(heartbeat -> heartbeat.kind() == PilotHeartbeat.Kind.END)
            .collect(Collectors.groupingBy(PilotHeartbeat::pilot));
    endsByPilot.forEach(
        (pilot, ends) -> {
          if (ends.size() != 1) {
            violations.add("a pilot ends once: %s ended as %s".formatted(pilot, ends));
          }
        });
    for (JobHistory job : byJob.values()) {
      for (JobFinished end : job.ends) {
        if (end.state() == JobEnd.PILOT_TIMEOUT && !endsByPilot.containsKey(end.pilot())) {
          addViolation(
              "a job ends as pilot-timeout only if its pilot ended",
              job,
              "its pilot %s did not end".formatted(end.pilot()));
        }
      }
    }
  }

  private <E extends Event> List<E> all(Class<E> type) {
    return byId.values().stream()
        .map(RecordedEvent::event)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** Jobs that were accepted or defined and have not ended. */
  public Set<UUID> openJobs() {
    return byJob.values().stream()
        .filter(job -> job.attempts().isEmpty() || isOpen(job))
        .map(job -> job.job)
        .collect(Collectors.toSet());
  }

  private static boolean isOpen(JobHistory job) {
    return job.attempts().stream().anyMatch(attempt -> job.ends(attempt).isEmpty());
  }

  /** How many attempts ended in each end state. */
  public Map<JobEnd, Long> countByEnd() {
    return all(JobFinished.class).stream()
        .collect(Collectors.groupingBy(JobFinished::state, Collectors.counting()));
  }

  /** How many jobs there are events or observations of. */
  public int jobCount() {
    return byJob.size();
  }

  /** Pilots that the pilot service declared lost. */
  public Set<UUID> lostPilots() {
    return all(PilotHeartbeat.class).stream()
        .filter(
            heartbeat ->
                heartbeat.kind() == PilotHeartbeat.Kind.END && heartbeat.status().equals("TO"))
        .map(PilotHeartbeat::pilot)
        .collect(Collectors.toSet());
  }

  /** How often a job was requeued before its payload ran. */
  public long requeues() {
    return all(JobProgress.class).stream()
        .filter(step -> step.state() == JobProgress.State.REQUEUED)
        .count();
  }

  /** The ends of a job, in order. */
  public List<JobFinished> endsOf(UUID job) {
    return List.copyOf(historyOf(job).ends);
  }

  /** The last event that the payload of the job runs. */
  public Optional<JobProgress> lastStart(UUID job) {
    return historyOf(job).progress.stream()
        .filter(step -> step.state() == JobProgress.State.RUNNING)
        .reduce((before, last) -> last);
  }

  /** All events of a job, for messages. */
  public String describe(UUID job) {
    return historyOf(job).toString();
  }

  /** Each with rule, job, leases, times and events; empty if all rules are kept. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** Fails if there are violations, and shows the first of them. */
  public void mustHold() {
    if (!violations.isEmpty()) {
      Map<String, Long> byRule =
          violations.stream()
              .map(violation -> violation.substring(0, violation.indexOf(':')))
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      throw new AssertionError(
          byRule + "\n" + violations.stream().limit(MAX_SHOWN).collect(Collectors.joining("\n\n")));
    }
  }
}

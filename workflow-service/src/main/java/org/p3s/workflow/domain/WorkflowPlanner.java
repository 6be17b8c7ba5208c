package org.p3s.workflow.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a workflow of a template and an order. */
public final class WorkflowPlanner {

  private final Dag dag;
  private final WorkflowRequest order;
  private final Supplier<UUID> ids;
  private final UUID workflow;
  private final FileNaming naming;
  private final @Nullable RerunScope rerun;

  private WorkflowPlanner(
      Dag dag,
      WorkflowRequest order,
      @Nullable RerunScope rerun,
      Map<String, String> extensions,
      Supplier<UUID> ids) {
    this.dag = dag;
    this.order = order;
    this.rerun = rerun;
    this.ids = ids;
    this.workflow = ids.get();
    this.naming = new FileNaming(dag, order, workflow, extensions, ids);
    for (int i = 0; i < dag.edges().size(); i++) {
      Dataset old = old(i);
      if (old != null) {
        naming.know(i, new FileNaming.Place(old.name(), old.dirpath()));
      }
    }
  }

  // The file that is taken over on that edge, or null.
  private @Nullable Dataset old(int edge) {
    return rerun != null && rerun.kept().contains(dag.edges().get(edge).source())
        ? rerun.data().get(edge)
        : null;
  }

  /**
   * @param extensions of data types, with their dots
   * @param ids fresh ones
   */
  public static WorkflowPlan plan(
      Dag dag, int version, WorkflowRequest order, Map<String, String> extensions, Supplier<UUID> ids) {
    return new WorkflowPlanner(dag, order, null, extensions, ids).plan(version);
  }

  /**
   * Plans a rerun: the same order of the same version, of which some parts are taken over.
   *
   * @param order the one that the workflow was made by
   */
  public static WorkflowPlan again(
      Dag dag,
      int version,
      WorkflowRequest order,
      RerunScope rerun,
      Map<String, String> extensions,
      Supplier<UUID> ids) {
    return new WorkflowPlanner(dag, order, rerun, extensions, ids).plan(version);
  }

  private WorkflowPlan plan(int version) {
    Map<String, UUID> jobIds = new HashMap<>();
    dag.nodes().forEach(node -> jobIds.put(node.id(), ids.get()));
    List<Dataset> datasets = new ArrayList<>(dag.edges().size());
    for (int i = 0; i < dag.edges().size(); i++) {
      datasets.add(dataset(i));
    }
    Map<String, List<Integer>> in = new HashMap<>();
    Map<String, List<Integer>> out = new HashMap<>();
    for (int i = 0; i < dag.edges().size(); i++) {
      in.computeIfAbsent(dag.edges().get(i).target(), n -> new ArrayList<>()).add(i);
      out.computeIfAbsent(dag.edges().get(i).source(), n -> new ArrayList<>()).add(i);
    }
    List<Job> jobs = new ArrayList<>(dag.nodes().size());
    for (Node node : dag.nodes()) {
      jobs.add(
          job(
              node,
              jobIds,
              in.getOrDefault(node.id(), List.of()),
              out.getOrDefault(node.id(), List.of())));
    }
    return new WorkflowPlan(
        workflow,
        name(),
        dag.name(),
        version,
        order,
        jobs,
        datasets,
        rerun == null ? null : rerun.of());
  }

  private String name() {
    if (order.name() != null) {
      return order.name();
    }
    return order.arrival() == null
        ? dag.name()
        : dag.name() + " " + FileNaming.stem(order.arrival().name());
  }

  private Dataset dataset(int index) {
    Edge edge = dag.edges().get(index);
    FileNaming.Place place = naming.place(index);
    WorkflowRequest.Arrival arrival = order.arrival();
    Long size =
        arrival != null && arrival.path().equals(place.path()) ? (Long) arrival.size() : null;
    FileInfo info = order.file(edge);
    Dataset old = old(index);
    if (old != null) {
      size = old.size();
    }
    return new Dataset(
        ids.get(),
        workflow,
        place.name(),
        place.dirpath(),
        place.path(),
        edge.datatype(),
        edge.datatag(),
        info == null || info.comment() == null ? edge.comment() : info.comment(),
        edge.source(),
        edge.target(),
        old != null ? old.state() : size == null ? DatasetState.EXPECTED : DatasetState.READY,
        size,
        old == null ? null : old.checksum());
  }

  private Job job(Node node, Map<String, UUID> jobIds, List<Integer> in, List<Integer> out) {
    JobInfo info = order.jobs().get(node.id());
    List<String> inputs = inputs(in);
    String payload = info == null || info.payload() == null ? node.payload() : info.payload();
    return new Job(
        required(jobIds, node.id()),
        workflow,
        node.id(),
        node.id(),
        node.jobtype(),
        payload,
        null,
        env(node, info, in, out),
        inputs.isEmpty() ? null : inputs.get(0),
        priority(node, info),
        info == null || info.timelimit() == null ? node.timelimit() : info.timelimit(),
        1,
        node.maxattempts(),
        order.user(),
        null,
        null,
        node.optional(),
        node.onfailure(),
        node.requirements(),
        inputs,
        paths(out),
        order.staleafter() == null ? node.staleafter() : order.staleafter(),
        order.run(),
        order.subrun(),
        // A payload given to a noop makes it work, unless its type says that it shall not.
        node.jobtype().equalsIgnoreCase("noop") || payload.isBlank(),
        parents(jobIds, in),
        rerun != null && rerun.kept().contains(node.id()) ? JobState.FINISHED : JobState.TEMPLATE,
        order.now(),
        rerun == null ? null : rerun.jobs().get(node.id()));
  }

  private int priority(Node node, @Nullable JobInfo info) {
    if (info != null && info.priority() != null) {
      return info.priority();
    }
    return order.priority() == null ? node.priority() : order.priority();
  }

  private List<UUID> parents(Map<String, UUID> jobIds, List<Integer> in) {
    return in.stream().map(i -> required(jobIds, dag.edges().get(i).source())).distinct().toList();
  }

  // A template without a place for the file gives it to the jobs that start it.
  private List<String> inputs(List<Integer> in) {
    return in.isEmpty() && order.arrival() != null && !naming.hasPlaceholder()
        ? List.of(order.arrival().path())
        : paths(in);
  }

  private List<String> paths(List<Integer> edges) {
    return edges.stream().map(i -> naming.place(i).path()).distinct().toList();
  }

  private Map<String, String> env(
      Node node, @Nullable JobInfo info, List<Integer> in, List<Integer> out) {
    Map<String, String> env = new LinkedHashMap<>(node.env());
    Map<String, Set<String>> tags = new LinkedHashMap<>();
    for (List<Integer> side : List.of(in, out)) {
      for (int i : side) {
        String tag = dag.edges().get(i).datatag();
        if (tag != null && !tag.isBlank()) {
          tags.computeIfAbsent(tag, t -> new LinkedHashSet<>()).add(naming.place(i).path());
        }
      }
    }
    tags.forEach((tag, paths) -> env.put(tag, String.join(" ", paths)));
    if (in.isEmpty() && !inputs(in).isEmpty()) {
      env.put(Job.INPUT_FILE, inputs(in).get(0));
    }
    if (info != null && info.env() != null) {
      env.putAll(info.env());
    }
    return env;
  }

  private static UUID required(Map<String, UUID> jobIds, String node) {
    UUID id = jobIds.get(node);
    if (id == null) {
      throw new IllegalArgumentException("no node " + node);
    }
    return id;
  }
}

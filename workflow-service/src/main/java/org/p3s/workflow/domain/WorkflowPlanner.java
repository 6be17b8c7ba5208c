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

/** Plans a workflow by a template and a request: its jobs, their environments and its files. */
public final class WorkflowPlanner {

  private final Dag dag;
  private final WorkflowRequest request;
  private final Supplier<UUID> ids;
  private final UUID workflow;
  private final FileNaming naming;
  private final @Nullable RerunScope rerun;
  private final Map<String, UUID> jobIds = new HashMap<>();
  private final Map<String, List<Integer>> edgesInto = new HashMap<>();
  private final Map<String, List<Integer>> edgesOutOf = new HashMap<>();

  private WorkflowPlanner(
      Dag dag,
      WorkflowRequest request,
      @Nullable RerunScope rerun,
      Map<String, String> extensions,
      Supplier<UUID> ids) {
    this.dag = dag;
    this.request = request;
    this.rerun = rerun;
    this.ids = ids;
    this.workflow = ids.get();
    this.naming = new FileNaming(dag, request, workflow, extensions, ids);
    for (int i = 0; i < dag.edges().size(); i++) {
      Dataset reused = reusedDataset(i);
      if (reused != null) {
        naming.fixPlace(i, new FileNaming.Place(reused.name(), reused.dirpath()));
      }
    }
  }

  /** The file that a rerun takes over on that edge, or null. */
  private @Nullable Dataset reusedDataset(int edge) {
    return rerun != null && rerun.reusedNodes().contains(dag.edges().get(edge).source())
        ? rerun.datasets().get(edge)
        : null;
  }

  /**
   * Plans a new workflow.
   *
   * @param extensions the extensions of data types, with their dots
   * @param ids supplies new ids
   */
  public static WorkflowPlan plan(
      Dag dag,
      int version,
      WorkflowRequest request,
      Map<String, String> extensions,
      Supplier<UUID> ids) {
    return new WorkflowPlanner(dag, request, null, extensions, ids).plan(version);
  }

  /**
   * Plans a rerun: the request of the ended workflow and its version of the template, with some
   * nodes taken over.
   */
  public static WorkflowPlan planRerun(
      Dag dag,
      int version,
      WorkflowRequest request,
      RerunScope rerun,
      Map<String, String> extensions,
      Supplier<UUID> ids) {
    return new WorkflowPlanner(dag, request, rerun, extensions, ids).plan(version);
  }

  private WorkflowPlan plan(int version) {
    dag.nodes().forEach(node -> jobIds.put(node.id(), ids.get()));
    List<Dataset> datasets = new ArrayList<>(dag.edges().size());
    for (int i = 0; i < dag.edges().size(); i++) {
      datasets.add(dataset(i));
      Edge edge = dag.edges().get(i);
      edgesInto.computeIfAbsent(edge.target(), n -> new ArrayList<>()).add(i);
      edgesOutOf.computeIfAbsent(edge.source(), n -> new ArrayList<>()).add(i);
    }
    List<Job> jobs = dag.nodes().stream().map(this::job).toList();
    return new WorkflowPlan(
        workflow,
        name(),
        dag.name(),
        version,
        request,
        jobs,
        datasets,
        rerun == null ? null : rerun.rerunOf());
  }

  private String name() {
    if (request.name() != null) {
      return request.name();
    }
    return request.arrivedFile() == null
        ? dag.name()
        : dag.name() + " " + FileNaming.stem(request.arrivedFile().name());
  }

  private Dataset dataset(int index) {
    Edge edge = dag.edges().get(index);
    FileNaming.Place place = naming.place(index);
    FileInfo info = request.fileInfo(edge);
    Dataset reused = reusedDataset(index);
    Long size = reused == null ? arrivedSize(place) : reused.size();
    DatasetState ofNew = size == null ? DatasetState.EXPECTED : DatasetState.READY;
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
        reused == null ? ofNew : reused.state(),
        size,
        reused == null ? null : reused.checksum());
  }

  /** The size of the arrived file if it is this file, else null. */
  private @Nullable Long arrivedSize(FileNaming.Place place) {
    WorkflowRequest.ArrivedFile file = request.arrivedFile();
    return file != null && file.path().equals(place.path()) ? (Long) file.size() : null;
  }

  private Job job(Node node) {
    JobInfo info = request.jobs().get(node.id());
    List<Integer> in = edgesInto.getOrDefault(node.id(), List.of());
    List<Integer> out = edgesOutOf.getOrDefault(node.id(), List.of());
    List<String> inputs = inputs(in);
    String payload = info == null || info.payload() == null ? node.payload() : info.payload();
    boolean reused = rerun != null && rerun.reusedNodes().contains(node.id());
    return JobBuilder.builder()
        .uuid(jobId(node.id()))
        .wfuuid(workflow)
        .node(node.id())
        .name(node.id())
        .jobtype(node.jobtype())
        .payload(payload)
        .env(environment(node, info, in, out))
        .infile(inputs.isEmpty() ? null : inputs.get(0))
        .priority(priority(node, info))
        .timelimit(info == null || info.timelimit() == null ? node.timelimit() : info.timelimit())
        .attempt(1)
        .maxattempts(node.maxattempts())
        .user(request.user())
        .optional(node.optional())
        .onfailure(node.onfailure())
        .requirements(node.requirements())
        .inputs(inputs)
        .outputs(paths(out))
        .staleafter(request.staleafter() == null ? node.staleafter() : request.staleafter())
        .run(request.run())
        .subrun(request.subrun())
        // A noop that gets a payload from the request runs it, unless its job type is noop.
        .noop(node.jobtype().equalsIgnoreCase("noop") || payload.isBlank())
        .parents(parents(in))
        .state(reused ? JobState.FINISHED : JobState.TEMPLATE)
        .tsDef(request.requestedAt())
        .rerunOf(rerun == null ? null : rerun.jobsByNode().get(node.id()))
        .build();
  }

  private int priority(Node node, @Nullable JobInfo info) {
    if (info != null && info.priority() != null) {
      return info.priority();
    }
    return request.priority() == null ? node.priority() : request.priority();
  }

  private List<UUID> parents(List<Integer> in) {
    return in.stream().map(i -> jobId(dag.edges().get(i).source())).distinct().toList();
  }

  // If no edge stands for the arrived file, the jobs without parents get it.
  private List<String> inputs(List<Integer> in) {
    return in.isEmpty() && request.arrivedFile() != null && !naming.hasPlaceholder()
        ? List.of(request.arrivedFile().path())
        : paths(in);
  }

  private List<String> paths(List<Integer> edges) {
    return edges.stream().map(i -> naming.place(i).path()).distinct().toList();
  }

  private Map<String, String> environment(
      Node node, @Nullable JobInfo info, List<Integer> in, List<Integer> out) {
    Map<String, String> env = new LinkedHashMap<>(node.env());
    Map<String, Set<String>> pathsByTag = new LinkedHashMap<>();
    for (List<Integer> edges : List.of(in, out)) {
      for (int i : edges) {
        String tag = dag.edges().get(i).datatag();
        if (tag != null && !tag.isBlank()) {
          pathsByTag.computeIfAbsent(tag, t -> new LinkedHashSet<>()).add(naming.place(i).path());
        }
      }
    }
    pathsByTag.forEach((tag, paths) -> env.put(tag, String.join(" ", paths)));
    if (in.isEmpty() && !inputs(in).isEmpty()) {
      env.put(Job.INPUT_FILE, inputs(in).get(0));
    }
    if (info != null && info.env() != null) {
      env.putAll(info.env());
    }
    return env;
  }

  private UUID jobId(String node) {
    UUID id = jobIds.get(node);
    if (id == null) {
      throw new IllegalArgumentException("no node " + node);
    }
    return id;
  }
}

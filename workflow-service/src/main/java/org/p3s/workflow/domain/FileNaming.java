package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the files of a workflow. The first of these rules that applies decides:
 *
 * <ol>
 *   <li>On the placeholder edges: the arrived file.
 *   <li>What the file info says of this edge: a name, or {@code sticky} or {@code inherit:NODE},
 *       which mean the same as below.
 *   <li>What the request says of all files: with {@code sticky} each file has its edge's name, with
 *       {@code inherit:X} each is {@code X:dag:source:datatag}, where a node X stands for the stem
 *       of the file that it reads.
 *   <li>The edge's name: {@code inherit:NODE} takes the stem of the file that NODE reads (or else
 *       writes); {@code sticky:NAME}, a name with {@code ${...}}, or a comment {@code sticky} keep
 *       the name.
 *   <li>A new uuid.
 * </ol>
 *
 * <p>Inherited names and uuids get the data type's extension. In names and directories of a
 * template {@code ${run}}, {@code ${subrun}}, {@code ${name}}, {@code ${stem}} and {@code
 * ${workflow}} are replaced if their values are known. Edges that leave one source with one data
 * tag are one file; the first of them is the file's leading edge.
 */
final class FileNaming {

  static final String STICKY = "sticky";
  static final String INHERIT = "inherit:";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

  /** The place of a file. Without a directory it is relative to the job's work directory. */
  record Place(String name, String dirpath) {
    String path() {
      if (dirpath.isEmpty()) {
        return name;
      }
      return dirpath.endsWith("/") ? dirpath + name : dirpath + "/" + name;
    }
  }

  private final Dag dag;
  private final WorkflowRequest request;
  private final Map<String, String> extensions;
  private final Supplier<UUID> ids;
  private final Map<String, String> variables;
  private final int[] leadingEdges;
  private final @Nullable FileInfo[] fileInfos;
  private final Set<Integer> placeholders = new HashSet<>();
  private final Map<String, Integer> firstEdgeInto = new HashMap<>();
  private final Map<String, Integer> firstEdgeOutOf = new HashMap<>();
  private final Map<Integer, Place> places = new HashMap<>();

  FileNaming(
      Dag dag,
      WorkflowRequest request,
      UUID workflow,
      Map<String, String> extensions,
      Supplier<UUID> ids) {
    this.dag = dag;
    this.request = request;
    this.extensions = extensions;
    this.ids = ids;
    this.variables = variables(request, workflow);
    this.leadingEdges = new int[dag.edges().size()];
    this.fileInfos = new FileInfo[dag.edges().size()];
    groupEdgesByFile();
  }

  private void groupEdgesByFile() {
    Set<String> noopRoots = dag.noopRoots();
    Map<String, Integer> byTag = new HashMap<>();
    for (int i = 0; i < leadingEdges.length; i++) {
      Edge edge = dag.edges().get(i);
      Integer first =
          edge.datatag() == null
              ? null
              : byTag.putIfAbsent(edge.source() + "\n" + edge.datatag(), i);
      leadingEdges[i] = first == null ? i : first;
      fileInfos[leadingEdges[i]] = merge(fileInfos[leadingEdges[i]], request.fileInfo(edge));
      firstEdgeInto.putIfAbsent(edge.target(), i);
      firstEdgeOutOf.putIfAbsent(edge.source(), i);
      if (isPlaceholder(edge, noopRoots)) {
        placeholders.add(leadingEdges[i]);
      }
    }
  }

  private static @Nullable FileInfo merge(@Nullable FileInfo one, @Nullable FileInfo other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return new FileInfo(
        one.name() == null ? other.name() : one.name(),
        one.dirpath() == null ? other.dirpath() : one.dirpath(),
        one.comment());
  }

  private boolean isPlaceholder(Edge edge, Set<String> noopRoots) {
    WorkflowRequest.ArrivedFile file = request.arrivedFile();
    if (file == null) {
      return false;
    }
    return file.placeholder() == null
        ? noopRoots.contains(edge.source())
        : file.placeholder().equals(edge.key()) || file.placeholder().equals(edge.address());
  }

  /** Fixes the place of an edge's file; to be called before other files inherit from it. */
  void fixPlace(int index, Place place) {
    places.putIfAbsent(leadingEdges[index], place);
  }

  /** True if an edge stands for the arrived file. */
  boolean hasPlaceholder() {
    return !placeholders.isEmpty();
  }

  /** The place of the file on an edge. */
  Place place(int index) {
    int leadingEdge = leadingEdges[index];
    Place file = placeOfFile(leadingEdge);
    FileInfo own = request.fileInfo(dag.edges().get(index));
    if (own == null || index == leadingEdge || placeholders.contains(leadingEdge)) {
      return file;
    }
    return new Place(
        own.name() == null ? file.name() : requestedName(index, own.name()),
        own.dirpath() == null ? file.dirpath() : substitute(own.dirpath()));
  }

  private Place placeOfFile(int leadingEdge) {
    Place known = places.get(leadingEdge);
    if (known == null) {
      known = decidePlace(leadingEdge);
      places.put(leadingEdge, known);
    }
    return known;
  }

  private Place decidePlace(int leadingEdge) {
    WorkflowRequest.ArrivedFile arrived = request.arrivedFile();
    if (arrived != null && placeholders.contains(leadingEdge)) {
      return new Place(arrived.name(), arrived.dirpath());
    }
    Edge edge = dag.edges().get(leadingEdge);
    FileInfo info = fileInfos[leadingEdge];
    String name =
        info == null || info.name() == null
            ? defaultName(leadingEdge, edge)
            : requestedName(leadingEdge, info.name());
    String dirpath = info == null || info.dirpath() == null ? edge.dirpath() : info.dirpath();
    return new Place(name, substitute(dirpath));
  }

  /** The name by a file info, which has the name itself or the rule for it. */
  private String requestedName(int index, String name) {
    Edge edge = dag.edges().get(index);
    if (name.equals(STICKY)) {
      return nameOfEdge(edge);
    }
    return name.startsWith(INHERIT)
        ? inheritedStem(leadingEdges[index], name.substring(INHERIT.length())) + extension(edge)
        : substitute(name);
  }

  private String nameOfEdge(Edge edge) {
    return substitute(
        edge.name().startsWith(STICKY + ":")
            ? edge.name().substring(STICKY.length() + 1)
            : edge.name());
  }

  private String extension(Edge edge) {
    return extensions.getOrDefault(edge.datatype(), "");
  }

  /** The name of a file of which no file info gives the name. */
  private String defaultName(int leadingEdge, Edge edge) {
    String extension = extension(edge);
    String ofAll = request.naming();
    if (ofAll != null && ofAll.startsWith(INHERIT)) {
      String from = ofAll.substring(INHERIT.length());
      String prefix = firstEdgeInto.containsKey(from) ? inheritedStem(leadingEdge, from) : from;
      String tag = edge.datatag() == null ? "" : edge.datatag();
      return prefix + ":" + dag.name() + ":" + edge.source() + ":" + tag + extension;
    }
    if (edge.name().startsWith(INHERIT)) {
      return inheritedStem(leadingEdge, edge.name().substring(INHERIT.length())) + extension;
    }
    boolean keepsName =
        STICKY.equals(ofAll)
            || STICKY.equals(edge.comment())
            || edge.name().startsWith(STICKY + ":")
            || edge.name().contains("${");
    return keepsName ? nameOfEdge(edge) : ids.get() + extension;
  }

  // A loop, not a recursion: a chain of nodes that inherit from each other may be very long. The
  // stem is the same along the chain, so that only its first file is named here.
  private String inheritedStem(int leadingEdge, String node) {
    Set<Integer> visited = new HashSet<>(Set.of(leadingEdge));
    String from = node;
    while (true) {
      Integer edge =
          firstEdgeInto.containsKey(from) ? firstEdgeInto.get(from) : firstEdgeOutOf.get(from);
      if (edge == null || !visited.add(leadingEdges[edge])) {
        return ids.get().toString();
      }
      int file = leadingEdges[edge];
      FileInfo info = fileInfos[file];
      boolean requested = info != null && info.name() != null;
      String name = requested ? Objects.requireNonNull(info.name()) : dag.edges().get(file).name();
      boolean fixed = placeholders.contains(file) || (requested && !name.startsWith(INHERIT));
      if (!requested
          && !fixed
          && request.naming() != null
          && request.naming().startsWith(INHERIT)) {
        return ids.get().toString();
      }
      if (fixed || !name.startsWith(INHERIT) || places.containsKey(file)) {
        return stem(placeOfFile(file).name());
      }
      from = name.substring(INHERIT.length());
    }
  }

  /** The name without its extension. */
  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static Map<String, String> variables(WorkflowRequest request, UUID workflow) {
    Map<String, String> values = new HashMap<>();
    values.put("workflow", workflow.toString());
    if (request.run() != null) {
      values.put("run", request.run().toString());
    }
    if (request.subrun() != null) {
      values.put("subrun", request.subrun().toString());
    }
    if (request.arrivedFile() != null) {
      values.put("name", request.arrivedFile().name());
      values.put("stem", stem(request.arrivedFile().name()));
    }
    return values;
  }

  private String substitute(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    Objects.requireNonNullElse(variables.get(found.group(1)), found.group())));
  }
}

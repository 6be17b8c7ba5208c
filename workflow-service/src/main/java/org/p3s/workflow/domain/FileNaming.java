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
 * Names the files of a workflow. The first of these that there is decides:
 *
 * <ol>
 *   <li>the arrived file, on the placeholder edges;
 *   <li>what the file info says of this edge: a name, or {@code sticky} or {@code inherit:NODE} as
 *       below;
 *   <li>what the order says of all files: {@code sticky}, each has its edge's name, or {@code
 *       inherit:X}, each is {@code X:dag:source:datatag}, where a node X stands for the stem of the
 *       file it reads;
 *   <li>the edge's name: {@code inherit:NODE} takes the stem of the file that NODE reads (or else
 *       writes), {@code sticky:NAME}, a name with {@code ${...}}, or a comment {@code sticky} keep
 *       the name;
 *   <li>a fresh uuid.
 * </ol>
 *
 * <p>Inherited names and uuids get the data type's extension. In names and directories of a
 * template {@code ${run}}, {@code ${subrun}}, {@code ${name}}, {@code ${stem}} and {@code
 * ${workflow}} are replaced, where they are known. Edges that leave one source with one data tag
 * are one file.
 */
final class FileNaming {

  static final String STICKY = "sticky";
  static final String INHERIT = "inherit:";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

  /** A file's place. Without a directory it is relative to the job's work directory. */
  record Place(String name, String dirpath) {
    String path() {
      if (dirpath.isEmpty()) {
        return name;
      }
      return dirpath.endsWith("/") ? dirpath + name : dirpath + "/" + name;
    }
  }

  private final Dag dag;
  private final WorkflowRequest order;
  private final Map<String, String> extensions;
  private final Supplier<UUID> ids;
  private final Map<String, String> variables;
  private final int[] leaders;
  private final @Nullable FileInfo[] ofFile;
  private final Set<Integer> arrived = new HashSet<>();
  private final Map<String, Integer> firstIn = new HashMap<>();
  private final Map<String, Integer> firstOut = new HashMap<>();
  private final Map<Integer, Place> files = new HashMap<>();

  FileNaming(Dag dag, WorkflowRequest order, UUID workflow, Map<String, String> extensions, Supplier<UUID> ids) {
    this.dag = dag;
    this.order = order;
    this.extensions = extensions;
    this.ids = ids;
    this.variables = variables(order, workflow);
    this.leaders = new int[dag.edges().size()];
    this.ofFile = new FileInfo[dag.edges().size()];
    gather();
  }

  // The first edge of a file stands for the file.
  private void gather() {
    Set<String> sources = dag.noopRoots();
    Map<String, Integer> byTag = new HashMap<>();
    for (int i = 0; i < leaders.length; i++) {
      Edge edge = dag.edges().get(i);
      Integer first =
          edge.datatag() == null
              ? null
              : byTag.putIfAbsent(edge.source() + "\n" + edge.datatag(), i);
      leaders[i] = first == null ? i : first;
      ofFile[leaders[i]] = merge(ofFile[leaders[i]], order.file(edge));
      firstIn.putIfAbsent(edge.target(), i);
      firstOut.putIfAbsent(edge.source(), i);
      if (isPlaceholder(edge, sources)) {
        arrived.add(leaders[i]);
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

  private boolean isPlaceholder(Edge edge, Set<String> sources) {
    WorkflowRequest.Arrival arrival = order.arrival();
    if (arrival == null) {
      return false;
    }
    return arrival.placeholder() == null
        ? sources.contains(edge.source())
        : arrival.placeholder().equals(edge.key()) || arrival.placeholder().equals(edge.address());
  }

  /** Fixes the place of an edge's file, before others inherit from it. */
  void know(int index, Place place) {
    files.putIfAbsent(leaders[index], place);
  }

  /** True if the arrived file lies on an edge. */
  boolean hasPlaceholder() {
    return !arrived.isEmpty();
  }

  Place place(int index) {
    Place file = file(leaders[index]);
    FileInfo own = order.file(dag.edges().get(index));
    if (own == null || index == leaders[index] || arrived.contains(leaders[index])) {
      return file;
    }
    return new Place(
        own.name() == null ? file.name() : said(index, own.name()),
        own.dirpath() == null ? file.dirpath() : substitute(own.dirpath()));
  }

  private Place file(int leader) {
    Place known = files.get(leader);
    if (known == null) {
      known = fresh(leader);
      files.put(leader, known);
    }
    return known;
  }

  private Place fresh(int leader) {
    WorkflowRequest.Arrival arrival = order.arrival();
    if (arrival != null && arrived.contains(leader)) {
      return new Place(arrival.name(), arrival.dirpath());
    }
    Edge edge = dag.edges().get(leader);
    FileInfo info = ofFile[leader];
    String name =
        info == null || info.name() == null ? name(leader, edge) : said(leader, info.name());
    String dirpath = info == null || info.dirpath() == null ? edge.dirpath() : info.dirpath();
    return new Place(name, substitute(dirpath));
  }

  // What a file info says of a name: the name, or how to find it.
  private String said(int index, String name) {
    Edge edge = dag.edges().get(index);
    if (name.equals(STICKY)) {
      return own(edge);
    }
    return name.startsWith(INHERIT)
        ? stemOf(leaders[index], name.substring(INHERIT.length())) + extension(edge)
        : substitute(name);
  }

  private String own(Edge edge) {
    return substitute(
        edge.name().startsWith(STICKY + ":")
            ? edge.name().substring(STICKY.length() + 1)
            : edge.name());
  }

  private String extension(Edge edge) {
    return extensions.getOrDefault(edge.datatype(), "");
  }

  private String name(int leader, Edge edge) {
    String ext = extension(edge);
    String all = order.naming();
    if (all != null && all.startsWith(INHERIT)) {
      String from = all.substring(INHERIT.length());
      String prefix = firstIn.containsKey(from) ? stemOf(leader, from) : from;
      String tag = edge.datatag() == null ? "" : edge.datatag();
      return prefix + ":" + dag.name() + ":" + edge.source() + ":" + tag + ext;
    }
    if (edge.name().startsWith(INHERIT)) {
      return stemOf(leader, edge.name().substring(INHERIT.length())) + ext;
    }
    boolean keeps =
        STICKY.equals(all)
            || STICKY.equals(edge.comment())
            || edge.name().startsWith(STICKY + ":")
            || edge.name().contains("${");
    return keeps ? own(edge) : ids.get() + ext;
  }

  // Follows nodes that inherit themselves, since a stem stays what it is on the way.
  private String stemOf(int leader, String node) {
    Set<Integer> passed = new HashSet<>(Set.of(leader));
    String from = node;
    while (true) {
      Integer edge = firstIn.containsKey(from) ? firstIn.get(from) : firstOut.get(from);
      if (edge == null || !passed.add(leaders[edge])) {
        return ids.get().toString();
      }
      int file = leaders[edge];
      FileInfo info = ofFile[file];
      boolean told = info != null && info.name() != null;
      String name = told ? Objects.requireNonNull(info.name()) : dag.edges().get(file).name();
      boolean given = arrived.contains(file) || (told && !name.startsWith(INHERIT));
      if (!told && !given && order.naming() != null && order.naming().startsWith(INHERIT)) {
        return ids.get().toString();
      }
      if (given || !name.startsWith(INHERIT) || files.containsKey(file)) {
        return stem(file(file).name());
      }
      from = name.substring(INHERIT.length());
    }
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static Map<String, String> variables(WorkflowRequest order, UUID workflow) {
    Map<String, String> values = new HashMap<>();
    values.put("workflow", workflow.toString());
    if (order.run() != null) {
      values.put("run", order.run().toString());
    }
    if (order.subrun() != null) {
      values.put("subrun", order.subrun().toString());
    }
    if (order.arrival() != null) {
      values.put("name", order.arrival().name());
      values.put("stem", stem(order.arrival().name()));
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

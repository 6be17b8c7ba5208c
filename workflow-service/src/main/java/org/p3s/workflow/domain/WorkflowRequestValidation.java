package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a request does not fit to its template.
 *
 * @param unknownEdges keys of file infos that name no edge
 * @param unknownNodes keys of job infos that name no node
 * @param ambiguousNames keys of file infos that give one name to several files, each with the
 *     addresses of these files; one address only if the edges have the same one
 */
public record WorkflowRequestValidation(
    Set<String> unknownEdges, Set<String> unknownNodes, Map<String, Set<String>> ambiguousNames) {

  public boolean isValid() {
    return unknownEdges.isEmpty() && unknownNodes.isEmpty() && ambiguousNames.isEmpty();
  }

  public static WorkflowRequestValidation of(Dag dag, WorkflowRequest request) {
    Set<String> edges = new HashSet<>();
    for (Edge edge : dag.edges()) {
      edges.add(edge.key());
      edges.add(edge.address());
    }
    Set<String> unknownEdges = new TreeSet<>(request.files().keySet());
    if (request.arrivedFile() != null && request.arrivedFile().placeholder() != null) {
      unknownEdges.add(request.arrivedFile().placeholder());
    }
    unknownEdges.removeAll(edges);
    Set<String> unknownNodes = new TreeSet<>(request.jobs().keySet());
    unknownNodes.removeAll(dag.byId().keySet());
    return new WorkflowRequestValidation(unknownEdges, unknownNodes, ambiguousNames(dag, request));
  }

  private static Map<String, Set<String>> ambiguousNames(Dag dag, WorkflowRequest request) {
    Map<String, Map<String, String>> filesByName = new HashMap<>();
    for (int i = 0; i < dag.edges().size(); i++) {
      Edge edge = dag.edges().get(i);
      FileInfo info = request.fileInfo(edge);
      if (info == null || info.name() == null || info.name().equals(FileNaming.STICKY)) {
        continue;
      }
      String key = request.files().containsKey(edge.address()) ? edge.address() : edge.key();
      // Inherited names get the extension of the data type, so that they differ between types.
      String type = info.name().startsWith(FileNaming.INHERIT) ? edge.datatype() : "";
      String file = edge.datatag() == null ? "edge " + i : "tag " + edge.datatag();
      filesByName
          .computeIfAbsent(key + "\n" + type, k -> new LinkedHashMap<>())
          .put(file, edge.address());
    }
    Map<String, Set<String>> ambiguous = new TreeMap<>();
    filesByName.forEach(
        (key, addresses) -> {
          if (addresses.size() > 1) {
            ambiguous
                .computeIfAbsent(key.substring(0, key.lastIndexOf('\n')), k -> new TreeSet<>())
                .addAll(addresses.values());
          }
        });
    return ambiguous;
  }
}

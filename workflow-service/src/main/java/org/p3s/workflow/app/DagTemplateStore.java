package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;

/** Stores DAG templates. */
public interface DagTemplateStore {

  /** What {@link #add} did. */
  enum Added {
    CREATED,
    REPLACED,
    /** There is a template of that name, which was not to be replaced. */
    EXISTS
  }

  /**
   * Stores a template as the next version of its name, or as the first.
   *
   * @return what it did, and the template with its version
   */
  Uni<AddResult> add(DagTemplate template, boolean replace);

  /** The answer of {@link #add}. */
  record AddResult(Added added, DagTemplate template) {}

  /** The latest version of a template that is not removed. */
  Uni<Optional<DagTemplate>> latest(String name);

  /** That version, also of a removed template. */
  Uni<Optional<DagTemplate>> version(String name, int version);

  /** All versions of a name, also those of removed templates, newest first. */
  Uni<List<DagTemplate>> versions(String name);

  /** The latest version of each template, sorted by name, at most {@code limit} after that name. */
  Uni<List<DagTemplate>> list(String after, int limit);

  /**
   * Marks all versions of a template as removed; workflows keep the version that they were made of.
   *
   * @return false if there is no such template
   */
  Uni<Boolean> remove(String name);
}

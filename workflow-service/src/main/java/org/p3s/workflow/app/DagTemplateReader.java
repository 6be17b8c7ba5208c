package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads what is needed of templates to make workflows of them. */
public interface DagTemplateReader {

  /**
   * Identifies a stored template. The time distinguishes it from a removed one that had the same
   * version.
   */
  record TemplateId(String name, int version, Instant tsDef) {}

  /** Stored templates, and the extensions of all data types. */
  record StoredTemplates(List<TemplateId> ids, Map<String, String> extensions) {}

  /** The latest versions of those templates; unknown and removed ones are left out. */
  Uni<StoredTemplates> latest(Collection<String> names);

  /** That version, also of a removed template; no id if there is none. */
  Uni<StoredTemplates> version(String name, int version);

  /** The GraphML of those templates; unknown ones are left out. */
  Uni<Map<TemplateId, String>> graphml(List<TemplateId> ids);
}

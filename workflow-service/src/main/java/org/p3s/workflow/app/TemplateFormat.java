package org.p3s.workflow.app;

import java.util.List;
import org.p3s.workflow.domain.Dag;

/** Reads and writes templates in their file format. */
public interface TemplateFormat {

  /**
   * A template that was read.
   *
   * @param warnings what of the file was ignored
   */
  record ReadResult(Dag dag, List<String> warnings) {}

  /**
   * Reads a template. Its nodes and edges are checked one by one; cycles are not looked for.
   *
   * @throws InvalidTemplateException if the file is no template, or has more nodes than allowed
   */
  ReadResult read(byte[] file, int maxNodes) throws InvalidTemplateException;

  /**
   * Reads what {@link #write} wrote, without the checks: a stored template stays usable after a
   * check was added.
   *
   * @param name the name under which it is stored
   */
  Dag readStored(String name, String text);

  /** Writes a template, so that reading it gives an equal one. */
  String write(Dag dag);
}

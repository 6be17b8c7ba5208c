package org.p3s.workflow.graphml;

import java.util.List;
import org.p3s.workflow.domain.DagCheck;

/**
 * A file that is no template; {@code wellFormed} tells XML that can't be read from a wrong graph.
 */
public final class GraphMlException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean wellFormed;
  private final transient List<DagCheck.Fault> faults;

  GraphMlException(boolean wellFormed, List<DagCheck.Fault> faults) {
    super(
        faults.isEmpty()
            ? "no template"
            : "line " + faults.get(0).line() + ": " + faults.get(0).detail());
    this.wellFormed = wellFormed;
    this.faults = List.copyOf(faults);
  }

  public boolean wellFormed() {
    return wellFormed;
  }

  public List<DagCheck.Fault> faults() {
    return faults;
  }
}

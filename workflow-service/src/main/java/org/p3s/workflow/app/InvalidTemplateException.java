package org.p3s.workflow.app;

import java.util.List;
import org.p3s.workflow.domain.DagCheck;

/** A file is no usable template. */
public final class InvalidTemplateException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean wellFormed;
  private final transient List<DagCheck.Fault> faults;

  /**
   * @param wellFormed false if the file is not even XML
   */
  public InvalidTemplateException(boolean wellFormed, List<DagCheck.Fault> faults) {
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

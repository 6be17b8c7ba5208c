package org.p3s.workflow.postgres;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;

/** A data type: its name and the extension, with its dot, that its files have. */
@Entity
@Table(name = "datatype")
@NullUnmarked
public class DatatypeEntity {
  @Id public String name;
  public String ext;
  public String comment;
}

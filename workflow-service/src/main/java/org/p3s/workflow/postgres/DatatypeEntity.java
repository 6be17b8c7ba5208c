package org.p3s.workflow.postgres;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;
import org.p3s.workflow.app.DataType;

/** A row of the table {@code datatype}. */
@Entity
@Table(name = "datatype")
@NullUnmarked
class DatatypeEntity {
  @Id public String name;
  public String ext;
  public String comment;

  static DatatypeEntity of(DataType datatype) {
    DatatypeEntity entity = new DatatypeEntity();
    entity.name = datatype.name();
    entity.ext = datatype.ext();
    entity.comment = datatype.comment();
    return entity;
  }

  DataType datatype() {
    return new DataType(name, ext, comment);
  }
}

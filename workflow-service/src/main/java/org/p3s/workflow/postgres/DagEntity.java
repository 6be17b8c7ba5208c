package org.p3s.workflow.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.app.DagTemplate;

/** A row of the table {@code dag}. */
@Entity
@Table(name = "dag")
@IdClass(DagEntity.Key.class)
@NullUnmarked
class DagEntity {

  /** The primary key. */
  public static class Key implements Serializable {
    private static final long serialVersionUID = 1L;
    public String name;
    public int version;

    public Key() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.version == version && Objects.equals(key.name, name);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, version);
    }
  }

  @Id public String name;
  @Id public int version;

  @Column(name = "usr")
  public String user;

  public String description;
  public String graphml;
  public String hash;
  public int nvertices;
  public int nedges;

  @Column(name = "ts_def")
  public Instant tsDef;

  public boolean removed;

  static DagEntity of(DagTemplate template) {
    DagEntity entity = new DagEntity();
    entity.name = template.name();
    entity.version = template.version();
    entity.user = template.user();
    entity.description = template.description();
    entity.graphml = template.graphml();
    entity.hash = template.hash();
    entity.nvertices = template.nvertices();
    entity.nedges = template.nedges();
    entity.tsDef = template.tsDef();
    entity.removed = template.removed();
    return entity;
  }

  DagTemplate template() {
    return new DagTemplate(
        name, version, hash, removed, user, description, nvertices, nedges, tsDef, graphml);
  }
}

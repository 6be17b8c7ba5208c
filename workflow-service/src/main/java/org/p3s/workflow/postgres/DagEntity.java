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

/** A version of a template. Hibernate Reactive: plain create and read, off the hot path. */
@Entity
@Table(name = "dag")
@IdClass(DagEntity.Key.class)
@NullUnmarked
public class DagEntity {

  /** Name and version. */
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
  public int nvertices;
  public int nedges;

  @Column(name = "ts_def")
  public Instant tsDef;

  /** SHA-256 of the GraphML, in hexadecimal digits. */
  public String hash;

  /** True if it is kept only for the workflows that were made of it. */
  public boolean removed;
}

package org.p3s.workflow.postgres;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;

/** Templates and data types; Hibernate Reactive, since these are few and seldom written. */
@ApplicationScoped
public class TemplateStore {

  /** So many may store a template of one name at the same time. */
  private static final int MOST_AT_ONCE = 20;

  /** What {@link #add} did. */
  public enum Added {
    CREATED,
    REPLACED,
    EXISTS
  }

  /**
   * Stores a template as the next version of its name, or as the first; sets the version in the
   * entity. Of two at once the primary key lets one through; the other tries the next number.
   */
  public Uni<Added> add(DagEntity dag, boolean replace) {
    return addOnce(dag, replace)
        .onFailure(ConstraintViolationException.class)
        .retry()
        .atMost(MOST_AT_ONCE);
  }

  private static Uni<Added> addOnce(DagEntity dag, boolean replace) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        newest(session, dag.name, true)
                            .flatMap(
                                before -> {
                                  boolean there = before.filter(d -> !d.removed).isPresent();
                                  if (there && !replace) {
                                    return Uni.createFrom().item(Added.EXISTS);
                                  }
                                  // Numbers are never used again.
                                  dag.version = before.map(d -> d.version + 1).orElse(1);
                                  return session
                                      .persist(dag)
                                      .replaceWith(there ? Added.REPLACED : Added.CREATED);
                                })));
  }

  public Uni<Optional<DagEntity>> latest(String name) {
    return inSession(session -> newest(session, name, false));
  }

  private static Uni<Optional<DagEntity>> newest(
      Mutiny.Session session, String name, boolean alsoRemoved) {
    return session
        .createSelectionQuery(
            "FROM DagEntity WHERE name = :name AND (removed = false OR :all = true) ORDER BY version DESC",
            DagEntity.class)
        .setParameter("name", name)
        .setParameter("all", alsoRemoved)
        .setMaxResults(1)
        .getResultList()
        .map(list -> list.stream().findFirst());
  }

  /** All versions of a name, those of removed templates too, newest first. */
  public Uni<List<DagEntity>> versions(String name) {
    return inSession(
        session ->
            session
                .createSelectionQuery(
                    "FROM DagEntity WHERE name = :name ORDER BY version DESC", DagEntity.class)
                .setParameter("name", name)
                .getResultList());
  }

  /** That version, also of a removed template. */
  public Uni<Optional<DagEntity>> version(String name, int version) {
    return versions(name)
        .map(all -> all.stream().filter(dag -> dag.version == version).findFirst());
  }

  /** The latest versions by name, after a name, at most so many. */
  public Uni<List<DagEntity>> list(String after, int limit) {
    return inSession(
        session ->
            session
                .createSelectionQuery(
                    "FROM DagEntity d WHERE d.name > :after AND d.removed = false AND d.version ="
                        + " (SELECT max(e.version) FROM DagEntity e WHERE e.name = d.name)"
                        + " ORDER BY d.name",
                    DagEntity.class)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList());
  }

  /** Puts all versions aside; workflows keep what they were made of. */
  public Uni<Integer> remove(String name) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createMutationQuery(
                                "UPDATE DagEntity SET removed = true WHERE name = :name AND removed = false")
                            .setParameter("name", name)
                            .executeUpdate()));
  }

  public Uni<List<DatatypeEntity>> datatypes() {
    return inSession(
        session ->
            session
                .createSelectionQuery("FROM DatatypeEntity ORDER BY name", DatatypeEntity.class)
                .getResultList());
  }

  /** Extensions by data type. */
  public Uni<Map<String, String>> extensions() {
    return datatypes().map(all -> all.stream().collect(Collectors.toMap(d -> d.name, d -> d.ext)));
  }

  /** Stores a data type; one of that name is replaced. */
  public Uni<DatatypeEntity> put(DatatypeEntity datatype) {
    return Panache.withTransaction(
        () -> Panache.getSession().flatMap(session -> session.merge(datatype)));
  }

  public Uni<Integer> removeDatatype(String name) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createMutationQuery("DELETE FROM DatatypeEntity WHERE name = :name")
                            .setParameter("name", name)
                            .executeUpdate()));
  }

  private static <T> Uni<T> inSession(java.util.function.Function<Mutiny.Session, Uni<T>> work) {
    return Panache.withSession(() -> Panache.getSession().flatMap(session -> work.apply(session)));
  }
}

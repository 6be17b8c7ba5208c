package org.p3s.workflow.postgres;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.p3s.workflow.app.DagTemplate;
import org.p3s.workflow.app.DagTemplateStore;

/** DAG templates in PostgreSQL; Hibernate Reactive, since they are few and seldom written. */
@ApplicationScoped
class PgDagTemplateStore implements DagTemplateStore {

  /**
   * How often a version number is tried again; far more than people who store one template at the
   * same time.
   */
  private static final int MAX_RETRIES = 20;

  /** Of two that store the same version, the primary key refuses one, which takes the next. */
  @Override
  public Uni<AddResult> add(DagTemplate template, boolean replace) {
    return addNextVersion(template, replace)
        .onFailure(ConstraintViolationException.class)
        .retry()
        .atMost(MAX_RETRIES);
  }

  private static Uni<AddResult> addNextVersion(DagTemplate template, boolean replace) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        newest(session, template.name(), true)
                            .flatMap(newest -> add(session, template, newest, replace))));
  }

  private static Uni<AddResult> add(
      Mutiny.Session session, DagTemplate template, Optional<DagEntity> newest, boolean replace) {
    boolean exists = newest.filter(dag -> !dag.removed).isPresent();
    if (exists && !replace) {
      return Uni.createFrom().item(new AddResult(Added.EXISTS, template));
    }
    DagEntity entity = DagEntity.of(template);
    // Versions of a removed template are not used again.
    entity.version = newest.map(dag -> dag.version + 1).orElse(1);
    return session
        .persist(entity)
        .replaceWith(
            () -> new AddResult(exists ? Added.REPLACED : Added.CREATED, entity.template()));
  }

  @Override
  public Uni<Optional<DagTemplate>> latest(String name) {
    return inSession(session -> newest(session, name, false))
        .map(found -> found.map(DagEntity::template));
  }

  private static Uni<Optional<DagEntity>> newest(
      Mutiny.Session session, String name, boolean alsoRemoved) {
    return session
        .createSelectionQuery(
            "FROM DagEntity WHERE name = :name AND (removed = false OR :all = true)"
                + " ORDER BY version DESC",
            DagEntity.class)
        .setParameter("name", name)
        .setParameter("all", alsoRemoved)
        .setMaxResults(1)
        .getResultList()
        .map(list -> list.stream().findFirst());
  }

  @Override
  public Uni<List<DagTemplate>> versions(String name) {
    return inSession(
            session ->
                session
                    .createSelectionQuery(
                        "FROM DagEntity WHERE name = :name ORDER BY version DESC", DagEntity.class)
                    .setParameter("name", name)
                    .getResultList())
        .map(all -> all.stream().map(DagEntity::template).toList());
  }

  @Override
  public Uni<Optional<DagTemplate>> version(String name, int version) {
    return versions(name)
        .map(all -> all.stream().filter(dag -> dag.version() == version).findFirst());
  }

  @Override
  public Uni<List<DagTemplate>> list(String after, int limit) {
    return inSession(
            session ->
                session
                    .createSelectionQuery(
                        "FROM DagEntity d WHERE d.name > :after AND d.removed = false"
                            + " AND d.version ="
                            + " (SELECT max(e.version) FROM DagEntity e WHERE e.name = d.name)"
                            + " ORDER BY d.name",
                        DagEntity.class)
                    .setParameter("after", after)
                    .setMaxResults(limit)
                    .getResultList())
        .map(all -> all.stream().map(DagEntity::template).toList());
  }

  @Override
  public Uni<Boolean> remove(String name) {
    return Panache.withTransaction(
            () ->
                Panache.getSession()
                    .flatMap(
                        session ->
                            session
                                .createMutationQuery(
                                    "UPDATE DagEntity SET removed = true"
                                        + " WHERE name = :name AND removed = false")
                                .setParameter("name", name)
                                .executeUpdate()))
        .map(removed -> removed > 0);
  }

  private static <T> Uni<T> inSession(Function<Mutiny.Session, Uni<T>> work) {
    return Panache.withSession(() -> Panache.getSession().flatMap(session -> work.apply(session)));
  }
}

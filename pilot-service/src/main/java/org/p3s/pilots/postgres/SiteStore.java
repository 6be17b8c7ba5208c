package org.p3s.pilots.postgres;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sites; Hibernate Reactive, since they are few and seldom written. */
@ApplicationScoped
public class SiteStore {

  public Uni<List<SiteEntity>> list() {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createSelectionQuery("FROM SiteEntity ORDER BY name", SiteEntity.class)
                            .getResultList()));
  }

  public Uni<@Nullable SiteEntity> find(String name) {
    return Panache.withSession(
        () -> Panache.getSession().flatMap(session -> session.find(SiteEntity.class, name)));
  }

  /** Adds a site, or replaces the one of that name. */
  public Uni<SiteEntity> put(SiteEntity site) {
    return Panache.withTransaction(
        () -> Panache.getSession().flatMap(session -> session.merge(site)));
  }

  public Uni<Integer> remove(String name) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createMutationQuery("DELETE FROM SiteEntity WHERE name = :name")
                            .setParameter("name", name)
                            .executeUpdate()));
  }
}

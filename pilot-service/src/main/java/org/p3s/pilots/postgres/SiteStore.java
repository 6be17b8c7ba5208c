package org.p3s.pilots.postgres;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sites; Hibernate Reactive, since they are few and seldom written. */
@ApplicationScoped
public class SiteStore {

  /** By name, those after a name. */
  public Uni<List<SiteEntity>> list(String after, int limit) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createSelectionQuery(
                                "FROM SiteEntity WHERE name > :after ORDER BY name",
                                SiteEntity.class)
                            .setParameter("after", after)
                            .setMaxResults(limit)
                            .getResultList()));
  }

  public Uni<@Nullable SiteEntity> find(String name) {
    return Panache.withSession(
        () -> Panache.getSession().flatMap(session -> session.find(SiteEntity.class, name)));
  }

  /** False, and nothing is changed, if there is one of that name. */
  public Uni<Boolean> add(SiteEntity site) {
    return store(site, false).map(there -> !there);
  }

  /** Adds a site, or replaces the one of that name; true if there was one. */
  public Uni<Boolean> replace(SiteEntity site) {
    return store(site, true);
  }

  private Uni<Boolean> store(SiteEntity site, boolean replace) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .find(SiteEntity.class, site.name)
                            .flatMap(
                                before -> {
                                  boolean there = before != null;
                                  return there && !replace
                                      ? Uni.createFrom().item(true)
                                      : session.merge(site).replaceWith(there);
                                })));
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

package org.p3s.pilots.postgres;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.app.SiteStore;
import org.p3s.pilots.domain.Site;

/** Sites in PostgreSQL. Uses Hibernate Reactive: they are few and seldom written. */
@ApplicationScoped
class HibernateSiteStore implements SiteStore {

  @Override
  public Uni<List<Site>> list(String after, int limit) {
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
                            .getResultList())
                .map(found -> found.stream().map(SiteRows::site).toList()));
  }

  @Override
  public Uni<@Nullable Site> find(String name) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(session -> session.find(SiteEntity.class, name))
                .map(found -> found == null ? null : SiteRows.site(found)));
  }

  @Override
  public Uni<Boolean> add(Site site) {
    return store(site, false).map(there -> !there);
  }

  @Override
  public Uni<Boolean> replace(Site site) {
    return store(site, true);
  }

  /** True if there was a site of that name. */
  private static Uni<Boolean> store(Site site, boolean replace) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .find(SiteEntity.class, site.name())
                            .flatMap(
                                before -> {
                                  boolean there = before != null;
                                  return there && !replace
                                      ? Uni.createFrom().item(true)
                                      : session.merge(SiteRows.entity(site)).replaceWith(there);
                                })));
  }

  @Override
  public Uni<Boolean> remove(String name) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createMutationQuery("DELETE FROM SiteEntity WHERE name = :name")
                            .setParameter("name", name)
                            .executeUpdate())
                .map(removed -> removed > 0));
  }
}

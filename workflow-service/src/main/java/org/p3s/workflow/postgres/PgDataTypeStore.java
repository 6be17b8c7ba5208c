package org.p3s.workflow.postgres;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.p3s.workflow.app.DataType;
import org.p3s.workflow.app.DataTypeStore;

/** Data types in PostgreSQL; Hibernate Reactive, since they are few and seldom written. */
@ApplicationScoped
class PgDataTypeStore implements DataTypeStore {

  @Override
  public Uni<List<DataType>> list() {
    return Panache.withSession(
            () ->
                Panache.getSession()
                    .flatMap(
                        session ->
                            session
                                .createSelectionQuery(
                                    "FROM DatatypeEntity ORDER BY name", DatatypeEntity.class)
                                .getResultList()))
        .map(all -> all.stream().map(DatatypeEntity::datatype).toList());
  }

  @Override
  public Uni<Map<String, String>> extensions() {
    return list().map(all -> all.stream().collect(Collectors.toMap(DataType::name, DataType::ext)));
  }

  @Override
  public Uni<DataType> put(DataType datatype) {
    return Panache.withTransaction(
            () ->
                Panache.getSession().flatMap(session -> session.merge(DatatypeEntity.of(datatype))))
        .map(DatatypeEntity::datatype);
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
                                    "DELETE FROM DatatypeEntity WHERE name = :name")
                                .setParameter("name", name)
                                .executeUpdate()))
        .map(removed -> removed > 0);
  }
}

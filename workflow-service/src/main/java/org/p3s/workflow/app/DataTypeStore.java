package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;

/** Stores data types. */
public interface DataTypeStore {

  /** All data types, sorted by name. */
  Uni<List<DataType>> list();

  /** The extensions by data type. */
  Uni<Map<String, String>> extensions();

  /** Stores a data type; one of the same name is replaced. */
  Uni<DataType> put(DataType datatype);

  /**
   * Removes a data type.
   *
   * @return false if there is none of that name
   */
  Uni<Boolean> remove(String name);
}

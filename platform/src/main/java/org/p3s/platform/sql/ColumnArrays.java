package org.p3s.platform.sql;

import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A list of items as one array per column, which are the parameters of a statement with {@code
 * unnest($1::uuid[], $2::text[], ...)}: one round trip for any number of items.
 */
public final class ColumnArrays<T> {

  private final List<T> items;
  private final Tuple tuple = Tuple.tuple();

  public ColumnArrays(List<T> items) {
    this.items = items;
  }

  /** Adds the next parameter: this value of every item. */
  public <V> ColumnArrays<T> add(IntFunction<V[]> array, Function<T, @Nullable V> value) {
    V[] values = array.apply(items.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(items.get(i));
    }
    tuple.addValue(values);
    return this;
  }

  /** The parameters in the order in which they were added. */
  public Tuple tuple() {
    return tuple;
  }

  /** One column alone; {@code type} is an empty array of the column's Java type. */
  public static <T, V> @Nullable V[] column(
      List<T> items, Function<T, @Nullable V> value, @Nullable V[] type) {
    @Nullable V[] values = Arrays.copyOf(type, items.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(items.get(i));
    }
    return values;
  }
}

package org.p3s.broker.postgres;

import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A list of things as arrays, one per column, for {@code unnest}. */
final class Columns<T> {

  private final List<T> items;
  private final Tuple tuple = Tuple.tuple();

  Columns(List<T> items) {
    this.items = items;
  }

  /** The next parameter: this value of every item. */
  <V> Columns<T> add(IntFunction<V[]> array, Function<T, @Nullable V> value) {
    V[] values = array.apply(items.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(items.get(i));
    }
    tuple.addValue(values);
    return this;
  }

  Tuple tuple() {
    return tuple;
  }
}

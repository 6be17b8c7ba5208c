package org.p3s.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arguments of a bench: numbers by position, options with a number, and flags. */
final class BenchOptions {

  private final List<Integer> numbers = new ArrayList<>();
  private final Map<String, Integer> named = new HashMap<>();
  private final Set<String> known;

  private BenchOptions(Set<String> known) {
    this.known = known;
  }

  /**
   * Parses the arguments after the name of the bench.
   *
   * @param flags options without a value
   * @param known options with a number
   * @throws NumberFormatException if an argument is neither a number nor a known option
   */
  static BenchOptions of(List<String> args, Set<String> flags, Set<String> known) {
    BenchOptions options = new BenchOptions(known);
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (flags.contains(arg)) {
        options.named.put(arg, 1);
      } else if (known.contains(arg) && i + 1 < args.size()) {
        options.named.put(arg, natural(args.get(++i)));
      } else {
        options.numbers.add(natural(arg));
      }
    }
    return options;
  }

  private static int natural(String arg) {
    int number = Integer.parseInt(arg);
    if (number < 0) {
      throw new NumberFormatException(arg);
    }
    return number;
  }

  /** The number at a position among the arguments that are not options. */
  int number(int index, int otherwise) {
    return index < numbers.size() ? numbers.get(index) : otherwise;
  }

  /** The value of an option. */
  int named(String option, int otherwise) {
    if (!known.contains(option)) {
      throw new IllegalArgumentException(option + " is not one of the known options " + known);
    }
    return named.getOrDefault(option, otherwise);
  }

  boolean has(String flag) {
    return named.containsKey(flag);
  }
}

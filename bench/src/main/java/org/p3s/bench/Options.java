package org.p3s.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A bench's command line: numbers in order, and options with numbers. */
final class Options {

  private final List<Integer> numbers = new ArrayList<>();
  private final Map<String, Integer> named = new HashMap<>();
  private final Set<String> known;

  private Options(Set<String> known) {
    this.known = known;
  }

  /**
   * Reads the words after the bench's name.
   *
   * @param flags options without a value
   * @param known options with a number
   * @throws NumberFormatException if a word is neither a number nor a known option
   */
  static Options of(List<String> words, Set<String> flags, Set<String> known) {
    Options options = new Options(known);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (flags.contains(word)) {
        options.named.put(word, 1);
      } else if (known.contains(word) && i + 1 < words.size()) {
        options.named.put(word, natural(words.get(++i)));
      } else {
        options.numbers.add(natural(word));
      }
    }
    return options;
  }

  private static int natural(String word) {
    int number = Integer.parseInt(word);
    if (number < 0) {
      throw new NumberFormatException(word);
    }
    return number;
  }

  int number(int index, int otherwise) {
    return index < numbers.size() ? numbers.get(index) : otherwise;
  }

  int named(String option, int otherwise) {
    if (!known.contains(option)) {
      throw new IllegalArgumentException("nobody can give " + option);
    }
    return named.getOrDefault(option, otherwise);
  }

  boolean has(String flag) {
    return named.containsKey(flag);
  }
}

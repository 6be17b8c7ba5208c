package org.p3s.watcher.domain;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A glob for file names: {@code *} any text, {@code ?} one character, {@code [a-c]} and {@code
 * [!a-c]} one character of a class, {@code {raw,root}} one of several, {@code \} takes the next
 * character literally.
 *
 * <p>As in a shell, a name with a leading dot matches only a pattern that starts with a dot too:
 * rsync and other programs write to such a name until the file is complete.
 *
 * <p>The JDK has globs for its own paths only. This class accepts what they accept, for names in
 * any storage.
 */
public final class NamePattern {

  /** Characters that have a meaning in a regular expression or in a glob. */
  private static final String SPECIAL = ".^$+{[]|()\\*?}";

  private final String glob;
  private final Pattern regex;

  /**
   * Compiles a glob.
   *
   * @throws PatternSyntaxException if it is not a glob
   */
  public static NamePattern compile(String glob) {
    return new NamePattern(glob);
  }

  private NamePattern(String glob) {
    this.glob = glob;
    this.regex = Pattern.compile(new Translation().regex());
  }

  public boolean matches(String name) {
    boolean hidden = name.startsWith(".") && !glob.startsWith(".");
    return !hidden && regex.matcher(name).matches();
  }

  /** Reads the glob once, from left to right. */
  private final class Translation {

    private final StringBuilder regex = new StringBuilder();
    private int next;

    private String regex() {
      boolean inGroup = false;
      while (next < glob.length()) {
        char c = glob.charAt(next++);
        switch (c) {
          case '\\' -> escaped();
          case '[' -> characterClass();
          case '{' -> {
            if (inGroup) {
              throw fault("groups in { } cannot be nested");
            }
            regex.append("(?:(?:");
            inGroup = true;
          }
          case '}' -> {
            regex.append(inGroup ? "))" : "\\}");
            inGroup = false;
          }
          case ',' -> regex.append(inGroup ? ")|(?:" : ",");
          case '*' -> regex.append("[^/]*");
          case '?' -> regex.append("[^/]");
          default -> literal(c);
        }
      }
      if (inGroup) {
        throw fault("} is missing");
      }
      return regex.toString();
    }

    private void literal(char c) {
      if (SPECIAL.indexOf(c) >= 0) {
        regex.append('\\');
      }
      regex.append(c);
    }

    private void escaped() {
      if (next == glob.length()) {
        throw fault("a character is missing after \\");
      }
      literal(glob.charAt(next++));
    }

    private void characterClass() {
      regex.append("[[^/]&&[");
      if (isNext('^')) {
        regex.append("\\^");
        next++;
      } else {
        if (isNext('!')) {
          regex.append('^');
          next++;
        }
        if (isNext('-')) {
          regex.append("\\-");
          next++;
        }
      }
      char last = 0;
      while (!isNext(']')) {
        char c = inClass();
        if (c == '-') {
          last = range(last);
        } else {
          classLiteral(c);
          last = c;
        }
      }
      next++;
      regex.append("]]");
    }

    /** The rest of {@code a-c}; the end of a range begins no other one. */
    private char range(char first) {
      if (first == 0) {
        throw fault("a range such as a-c needs its first character");
      }
      if (isNext(']')) {
        regex.append("\\-");
        return 0;
      }
      char end = inClass();
      if (end < first) {
        throw fault("the range " + first + "-" + end + " is in the wrong order");
      }
      regex.append('-');
      classLiteral(end);
      return 0;
    }

    private void classLiteral(char c) {
      if ("\\[]&^-".indexOf(c) >= 0) {
        regex.append('\\');
      }
      regex.append(c);
    }

    private char inClass() {
      if (next == glob.length()) {
        throw fault("] is missing");
      }
      char c = glob.charAt(next++);
      if (c == '/') {
        throw fault("a name has no /");
      }
      return c;
    }

    private boolean isNext(char c) {
      return next < glob.length() && glob.charAt(next) == c;
    }

    private PatternSyntaxException fault(String description) {
      return new PatternSyntaxException(description, glob, next);
    }
  }
}

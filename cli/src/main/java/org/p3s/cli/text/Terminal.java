package org.p3s.cli.text;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams of the command.
 *
 * @param interactive true if a person uses a terminal: lines may be redrawn and questions asked;
 *     false for files, pipes and dumb terminals
 * @param unicode true if the locale is UTF-8, so that drawings may use Unicode arrows
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    Reader in,
    boolean interactive,
    TextColours colours,
    boolean unicode) {

  /** The streams of this process. */
  public static Terminal of(Map<String, String> env) {
    boolean interactive = System.console() != null && !"dumb".equals(env.get("TERM"));
    String none = env.get("NO_COLOR");
    return new Terminal(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        new InputStreamReader(System.in, Charset.defaultCharset()),
        interactive,
        new TextColours(interactive && (none == null || none.isEmpty())),
        utf8(env));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 14),
        false,
        StandardCharsets.UTF_8);
  }

  private static boolean utf8(Map<String, String> env) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = env.get(name);
      if (value != null && !value.isEmpty()) {
        return value.toUpperCase(java.util.Locale.ROOT).replace("-", "").contains("UTF8");
      }
    }
    return false;
  }

  /** Prints a line of the answer to stdout. */
  public void line(String line) {
    out.println(line);
    out.flush();
  }

  /** Prints a line that is not part of the answer, such as progress or a hint, to stderr. */
  public void note(String line) {
    out.flush();
    err.println(line);
    err.flush();
  }

  /** Asks a question on the terminal; true if the answer is yes. */
  public boolean confirms(String question) {
    out.flush();
    err.print(question + " [y/N] ");
    err.flush();
    @Nullable String answer;
    try {
      answer = new BufferedReader(in).readLine();
    } catch (IOException e) {
      answer = null;
    }
    return answer != null && answer.strip().toLowerCase(java.util.Locale.ROOT).matches("y|yes");
  }

  public void flush() {
    out.flush();
    err.flush();
  }
}

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
 * Where the command prints and asks.
 *
 * @param live whether a person looks: lines may be redrawn, questions asked
 * @param unicode whether arrows may be more than ASCII
 */
public record Terminal(
    PrintStream out, PrintStream err, Reader in, boolean live, Style style, boolean unicode) {

  /** The terminal, or the files and pipes in its place, of this process. */
  public static Terminal of(Map<String, String> env) {
    boolean live = System.console() != null && !"dumb".equals(env.get("TERM"));
    String none = env.get("NO_COLOR");
    return new Terminal(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        new InputStreamReader(System.in, Charset.defaultCharset()),
        live,
        new Style(live && (none == null || none.isEmpty())),
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

  public void line(String line) {
    out.println(line);
    out.flush();
  }

  /** Says something that is not the answer: progress, hints. */
  public void note(String line) {
    out.flush();
    err.println(line);
    err.flush();
  }

  /** Asks a question; true if the answer is yes. */
  public boolean agrees(String question) {
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

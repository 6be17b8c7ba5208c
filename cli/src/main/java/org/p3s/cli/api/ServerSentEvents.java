package org.p3s.cli.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Reads a stream of server-sent events (the format {@code text/event-stream} of HTML). */
public final class ServerSentEvents implements AutoCloseable {

  /**
   * An event.
   *
   * @param name {@code message} if the server gave no name
   * @param data the lines of data, joined by line breaks
   */
  public record ServerEvent(String name, String data) {}

  private final BufferedReader lines;

  ServerSentEvents(InputStream stream) {
    this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /** Waits for the next event; null at the end of the stream. Events without data are skipped. */
  public @Nullable ServerEvent next() throws IOException {
    String name = "";
    StringJoiner data = new StringJoiner("\n");
    boolean hasData = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (hasData) {
          return new ServerEvent(name.isEmpty() ? "message" : name, data.toString());
        }
        name = "";
      } else if (field(line).equals("event")) {
        name = value(line);
      } else if (field(line).equals("data")) {
        data.add(value(line));
        hasData = true;
      }
      // Other fields, and comments, which begin with a colon, are of no use here.
    }
    return null;
  }

  private static String field(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? line : line.substring(0, colon);
  }

  private static String value(String line) {
    int colon = line.indexOf(':');
    String value = colon < 0 ? "" : line.substring(colon + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}

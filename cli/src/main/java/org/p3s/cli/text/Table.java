package org.p3s.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows under titles, each column as wide as its widest cell. */
public final class Table {

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(List<Column> columns) {
    this.columns = columns;
  }

  public Table add(JsonNode item) {
    rows.add(columns.stream().map(column -> clean(column.value().apply(item))).toList());
    return this;
  }

  /** The lines, without line ends or blanks at their ends. */
  public List<String> lines(Style style) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).title().length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(style.bold(line(columns.stream().map(Column::title).toList(), widths, null)));
    rows.forEach(row -> lines.add(line(row, widths, style)));
    return lines;
  }

  private String line(List<String> cells, int[] widths, @Nullable Style style) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String blanks = " ".repeat(widths[i] - cell.codePointCount(0, cell.length()));
      String painted = style == null ? cell : style.word(cell);
      line.append(i == 0 ? "" : "  ");
      line.append(columns.get(i).right() ? blanks + painted : painted + blanks);
    }
    return line.toString().stripTrailing();
  }

  /** A text of others as one line that steers no terminal. */
  public static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
    return clean.toString();
  }
}

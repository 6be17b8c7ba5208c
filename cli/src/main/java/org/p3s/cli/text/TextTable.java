package org.p3s.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table as text: each column is as wide as its widest cell or its title. */
public final class TextTable {

  private final List<TableColumn> columns;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(List<TableColumn> columns) {
    this.columns = columns;
  }

  public TextTable add(JsonNode item) {
    rows.add(columns.stream().map(column -> PlainText.clean(column.value().apply(item))).toList());
    return this;
  }

  /** The title line and the rows, without blanks at the ends of lines. */
  public List<String> lines(TextColours colours) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = PlainText.width(columns.get(i).title());
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], PlainText.width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(colours.bold(line(columns.stream().map(TableColumn::title).toList(), widths, null)));
    rows.forEach(row -> lines.add(line(row, widths, colours)));
    return lines;
  }

  private String line(List<String> cells, int[] widths, @Nullable TextColours colours) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String padding = PlainText.padding(cell, widths[i]);
      String coloured = colours == null ? cell : colours.paintState(cell);
      line.append(i == 0 ? "" : "  ");
      line.append(columns.get(i).right() ? padding + coloured : coloured + padding);
    }
    return line.toString().stripTrailing();
  }
}

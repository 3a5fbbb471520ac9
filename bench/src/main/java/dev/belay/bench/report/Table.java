package dev.belay.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figures in rows: aligned for people, one object a row for programs.
 *
 * @param rows as many values as there are columns; null where there is none
 * @param notes below it, for people: what is to be known to read it
 */
public record Table(
    String title, List<Column> columns, List<List<@Nullable Object>> rows, List<String> notes) {

  /**
   * A column.
   *
   * @param key what programs know it by
   * @param heading what people see
   */
  public record Column(String key, String heading, Format format) {}

  public Table {
    columns = List.copyOf(columns);
    notes = List.copyOf(notes);
    for (List<@Nullable Object> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            title + ": " + row.size() + " values for " + columns.size() + " columns");
      }
    }
  }

  public static Builder titled(String title) {
    return new Builder(title);
  }

  /** Gathers a table. */
  public static final class Builder {
    private final String title;
    private final List<Column> columns = new ArrayList<>();
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Builder(String title) {
      this.title = title;
    }

    public Builder column(String key, String heading, Format format) {
      columns.add(new Column(key, heading, format));
      return this;
    }

    public Builder row(@Nullable Object... values) {
      rows.add(Collections.unmodifiableList(Arrays.asList(values.clone())));
      return this;
    }

    public Builder note(String note) {
      notes.add(note);
      return this;
    }

    public Table build() {
      return new Table(title, columns, List.copyOf(rows), notes);
    }
  }

  /** Lines for people: numbers to the right, everything else to the left. */
  public List<String> lines() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(columns.stream().map(Column::heading).toList());
    for (List<@Nullable Object> row : rows) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        texts.add(columns.get(i).format().text(row.get(i)));
      }
      cells.add(texts);
    }
    int[] widths = new int[columns.size()];
    for (List<String> row : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(title);
    cells.forEach(row -> lines.add(line(row, widths)));
    notes.forEach(note -> lines.add("  " + note));
    return lines;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - cells.get(i).length());
      boolean left = columns.get(i).format() == Format.TEXT;
      line.append("  ");
      line.append(left ? cells.get(i) + padding : padding + cells.get(i));
    }
    return line.toString().stripTrailing();
  }
}

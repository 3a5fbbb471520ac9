package dev.belay.jobs.cli.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Aligned columns. Where the width is limited, the columns that may shrink are cut, the widest
 * first; a table that still does not fit is left to wrap, since cut numbers would lie.
 */
public final class Table {
  private static final int GAP = 2;
  private static final int LEAST = 6;

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();
  private int[] least;
  private boolean titled;

  /**
   * A column.
   *
   * @param right aligned to the right, for numbers
   * @param shrinks may be cut to fit
   */
  public record Column(String title, boolean right, boolean shrinks) {
    public static Column text(String title) {
      return new Column(title, false, true);
    }

    /** Never cut: an id to copy, a state. */
    public static Column word(String title) {
      return new Column(title, false, false);
    }

    public static Column number(String title) {
      return new Column(title, true, false);
    }
  }

  public Table(Column... columns) {
    this.columns = List.of(columns);
    least = this.columns.stream().mapToInt(column -> column.title().length()).toArray();
  }

  /**
   * Goes on below: the rows so far are shown, and what comes is in the same columns, which can only
   * become wider.
   */
  public void turnPage() {
    least = widths();
    rows.clear();
    titled = true;
  }

  public void row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size());
    }
    rows.add(Arrays.stream(cells).map(cell -> Human.line(String.valueOf(cell))).toList());
  }

  /**
   * The lines; on the first page, the titles first.
   *
   * @param width in characters; 0: as wide as needed
   */
  public List<String> lines(int width) {
    List<String> titles = columns.stream().map(Column::title).toList();
    int[] widths = widths();
    if (width > 0) {
      shrink(widths, width);
    }
    List<String> lines = new ArrayList<>();
    if (!titled) {
      lines.add(line(titles, widths));
    }
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int[] widths() {
    int[] widths = least.clone();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private void shrink(int[] widths, int width) {
    int excess = Arrays.stream(widths).sum() + GAP * (widths.length - 1) - width;
    while (excess > 0) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        boolean can =
            columns.get(i).shrinks() && widths[i] > Math.max(LEAST, columns.get(i).title.length());
        if (can && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        return;
      }
      widths[widest]--;
      excess--;
    }
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cut(cells.get(i), widths[i]);
      String padding = " ".repeat(widths[i] - cell.length());
      line.append(columns.get(i).right() ? padding + cell : cell + padding);
      line.append(" ".repeat(GAP));
    }
    return line.toString().stripTrailing();
  }

  /** The beginning of a text that is too wide, with dots at its end. */
  public static String cut(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    return width <= 2 ? text.substring(0, width) : text.substring(0, width - 2) + "..";
  }
}

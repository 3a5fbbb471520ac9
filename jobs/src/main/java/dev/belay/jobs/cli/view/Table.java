package dev.belay.jobs.cli.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Aligned columns. Where the width is limited, a note goes below its row, whole, then the columns
 * that may shrink are cut, the widest first; a table that still does not fit is left to wrap, since
 * cut numbers would lie.
 */
public final class Table {
  private static final int GAP = 2;
  private static final int LEAST = 6;
  private static final String INDENT = "    ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();
  private int[] least;
  private boolean titled;

  /**
   * A column.
   *
   * @param right aligned to the right, for numbers
   * @param shrinks may be cut to fit
   * @param below stands below the row where there is no room beside it; for the last column
   */
  public record Column(String title, boolean right, boolean shrinks, boolean below) {
    public static Column text(String title) {
      return new Column(title, false, true, false);
    }

    /** A sentence or more, to be read to its end. */
    public static Column note(String title) {
      return new Column(title, false, false, true);
    }

    /** Never cut: an id to copy, a state. */
    public static Column word(String title) {
      return new Column(title, false, false, false);
    }

    public static Column number(String title) {
      return new Column(title, true, false, false);
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
    boolean below = columns.get(columns.size() - 1).below() && width > 0 && total(widths) > width;
    if (below) {
      widths = Arrays.copyOf(widths, widths.length - 1);
    }
    if (width > 0) {
      shrink(widths, width);
    }
    List<String> lines = new ArrayList<>();
    if (!titled) {
      lines.add(line(titles, widths));
    }
    for (List<String> row : rows) {
      lines.add(line(row, widths));
      if (below) {
        lines.addAll(wrapped(row.get(widths.length), width));
      }
    }
    return lines;
  }

  private static int total(int[] widths) {
    return Arrays.stream(widths).sum() + GAP * (widths.length - 1);
  }

  /** Between words; a word that is wider stands on a line of its own. */
  private static List<String> wrapped(String note, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : note.isEmpty() ? new String[0] : note.split(" ")) {
      if (line.length() > INDENT.length() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? INDENT : " ").append(word);
    }
    if (line.length() > 0) {
      lines.add(line.toString());
    }
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
    int excess = total(widths) - width;
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

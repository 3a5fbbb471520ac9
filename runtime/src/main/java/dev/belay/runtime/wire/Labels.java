package dev.belay.runtime.wire;

import dev.belay.runtime.proto.Label;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a label may look like, which everyone who takes one in must agree upon. */
public final class Labels {
  /** How many a worker may have, or a job require. */
  public static final int MOST = 64;

  private static final Pattern KEY =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._/:+-]{1,63}");

  private Labels() {}

  /**
   * Reads {@code gpu=yes}.
   *
   * @throws IllegalArgumentException with one line for people
   */
  public static Label parse(String text) {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new IllegalArgumentException(
          "label \"" + text + "\" is not KEY=VALUE, such as gpu=yes");
    }
    return of(text.substring(0, equals), text.substring(equals + 1));
  }

  /**
   * @throws IllegalArgumentException with one line for people
   */
  public static Label of(String key, String value) {
    Label label = Label.newBuilder().setKey(key).setValue(value).build();
    String wrong = problem(List.of(label));
    if (wrong != null) {
      throw new IllegalArgumentException(wrong);
    }
    return label;
  }

  /** What is wrong with labels, in one line; null: nothing. */
  public static @Nullable String problem(List<Label> labels) {
    if (labels.size() > MOST) {
      return labels.size() + " labels are too many: at most " + MOST;
    }
    Map<String, String> seen = new TreeMap<>();
    for (Label label : labels) {
      if (!KEY.matcher(label.getKey()).matches() || !VALUE.matcher(label.getValue()).matches()) {
        return "malformed label \""
            + cut(label.getKey())
            + "="
            + cut(label.getValue())
            + "\": use KEY=VALUE with 1 to 63 letters, digits and . _ - / each, such as gpu=yes";
      }
      if (seen.put(label.getKey(), label.getValue()) != null) {
        return "label " + label.getKey() + " is given twice";
      }
    }
    return null;
  }

  private static String cut(String text) {
    return text.length() > 70 ? text.substring(0, 70) + "..." : text;
  }
}

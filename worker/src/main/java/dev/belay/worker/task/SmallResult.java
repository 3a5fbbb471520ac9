package dev.belay.worker.task;

import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A result in the making: named values, in the order in which they were first set; the last value
 * of a name counts. It travels in messages and in the journal, so it stays small. Not thread-safe.
 */
final class SmallResult {
  static final int LIMIT_BYTES = 4096;

  private final Map<String, Value> values = new LinkedHashMap<>();

  void set(String name, long value) {
    set(name, Value.newBuilder().setInteger(value).build());
  }

  void set(String name, double value) {
    set(name, Value.newBuilder().setReal(value).build());
  }

  void set(String name, String value) {
    set(name, Value.newBuilder().setText(value).build());
  }

  private void set(String name, Value value) {
    Value before = values.put(name, value);
    int bytes = build().getSerializedSize();
    if (bytes > LIMIT_BYTES) {
      if (before == null) {
        values.remove(name);
      } else {
        values.put(name, before);
      }
      throw new IllegalArgumentException(
          "result \""
              + cut(name)
              + "\" would make the result "
              + bytes
              + " bytes long, and "
              + LIMIT_BYTES
              + " is the most; write large output to a segment or a file");
    }
  }

  Result build() {
    Result.Builder result = Result.newBuilder();
    values.forEach(
        (name, value) -> result.addFields(Field.newBuilder().setName(name).setValue(value)));
    return result.build();
  }

  private static String cut(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "...";
  }

  /** The values of a result, each a Long, Double, String or Boolean. */
  static Map<String, Object> values(Result result) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field field : result.getFieldsList()) {
      Value value = field.getValue();
      switch (value.getKindCase()) {
        case INTEGER -> values.put(field.getName(), value.getInteger());
        case REAL -> values.put(field.getName(), value.getReal());
        case TEXT -> values.put(field.getName(), value.getText());
        case FLAG -> values.put(field.getName(), value.getFlag());
        case KIND_NOT_SET -> {}
      }
    }
    return values;
  }
}

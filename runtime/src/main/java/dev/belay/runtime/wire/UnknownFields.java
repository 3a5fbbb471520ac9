package dev.belay.runtime.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds what this version has no name for: fields, and numbers of enums. Asked of every report and
 * of every event of a journal, so it looks at nothing but the fields that may hold any.
 */
public final class UnknownFields {
  /** What was found out about the types so far. */
  private static final Map<Descriptor, Places> PLACES = new ConcurrentHashMap<>();

  /** Where messages of a type may hold any. */
  private record Places(List<OneofDescriptor> choices, List<FieldDescriptor> fields) {
    static Places of(Descriptor type) {
      return new Places(
          type.getRealOneofs().stream()
              .filter(choice -> choice.getFields().stream().anyMatch(UnknownFields::mayHold))
              .toList(),
          type.getFields().stream()
              .filter(field -> mayHold(field) && field.getRealContainingOneof() == null)
              .toList());
    }
  }

  private UnknownFields() {}

  /** Whether there is any in the message, at any depth. */
  public static boolean in(Message message) {
    if (!message.getUnknownFields().isEmpty()) {
      return true;
    }
    Places places = PLACES.computeIfAbsent(message.getDescriptorForType(), Places::of);
    for (OneofDescriptor choice : places.choices) {
      FieldDescriptor chosen = message.getOneofFieldDescriptor(choice);
      if (chosen != null && mayHold(chosen) && in(message.getField(chosen))) {
        return true;
      }
    }
    for (FieldDescriptor field : places.fields) {
      if (in(message, field)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayHold(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE, ENUM -> true;
      default -> false;
    };
  }

  private static boolean in(Message message, FieldDescriptor field) {
    if (!field.isRepeated()) {
      return message.hasField(field) && in(message.getField(field));
    }
    int count = message.getRepeatedFieldCount(field);
    for (int i = 0; i < count; i++) {
      if (in(message.getRepeatedField(field, i))) {
        return true;
      }
    }
    return false;
  }

  /** An enum's number that this version has no name for comes with an index of -1. */
  private static boolean in(Object value) {
    return value instanceof Message message
        ? in(message)
        : value instanceof EnumValueDescriptor number && number.getIndex() < 0;
  }
}

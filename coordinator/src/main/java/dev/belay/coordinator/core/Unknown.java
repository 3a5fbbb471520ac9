package dev.belay.coordinator.core;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.belay.runtime.wire.UnknownFields;
import java.util.List;
import java.util.Map;

/**
 * Fields, and numbers of enums, that this version has no name for: of a newer peer, or of a mad
 * one. A journal that holds any refuses to be read, so that none may get into an event.
 */
final class Unknown {
  private Unknown() {}

  /** Whether there is any in the message, at any depth. */
  static boolean in(Message message) {
    return UnknownFields.in(message);
  }

  private static boolean mayHold(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE || field.getJavaType() == JavaType.ENUM;
  }

  private static boolean isUnnamed(Object value) {
    return value instanceof EnumValueDescriptor number && number.getIndex() < 0;
  }

  /** The message as a version would read it that skips what it does not know. */
  @SuppressWarnings("unchecked") // A builder builds what it was made from.
  static <M extends Message> M without(M message) {
    return in(message) ? (M) stripped(message) : message;
  }

  private static Message stripped(Message message) {
    Message.Builder known =
        message.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (mayHold(field)) {
        known.clearField(field);
        if (entry.getValue() instanceof List<?> values) {
          values.stream()
              .filter(value -> !isUnnamed(value))
              .forEach(value -> known.addRepeatedField(field, strippedOne(value)));
        } else if (!isUnnamed(entry.getValue())) {
          known.setField(field, strippedOne(entry.getValue()));
        }
      }
    }
    return known.build();
  }

  private static Object strippedOne(Object value) {
    return value instanceof Message message ? stripped(message) : value;
  }
}

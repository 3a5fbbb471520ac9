package dev.belay.coordinator.journal;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import java.util.List;

/** Refuses what a newer version wrote: to skip what one does not understand would be to lose it. */
final class KnownMessages {
  private KnownMessages() {}

  static void require(JournalRecord record, String file) throws JournalException {
    for (Event event : record.getEventsList()) {
      if (event.getKindCase() == Event.KindCase.KIND_NOT_SET) {
        throw newer(file);
      }
    }
    requireFields(record, file);
  }

  static void require(SnapshotEntry entry, String file) throws JournalException {
    if (entry.getKindCase() == SnapshotEntry.KindCase.KIND_NOT_SET) {
      throw newer(file);
    }
    requireFields(entry, file);
  }

  static JournalException newer(String file) {
    return new JournalException(
        file + " was written by a newer version of Belay: upgrade the coordinator");
  }

  private static void requireFields(Message message, String file) throws JournalException {
    if (!known(message)) {
      throw newer(file);
    }
  }

  private static boolean known(Message message) {
    return message.getUnknownFields().asMap().isEmpty()
        && message.getAllFields().entrySet().stream()
            .allMatch(field -> known(field.getKey(), field.getValue()));
  }

  private static boolean known(FieldDescriptor field, Object value) {
    if (value instanceof List<?> values) {
      return values.stream().allMatch(one -> known(field, one));
    }
    if (value instanceof Message message) {
      return known(message);
    }
    // An enum's number that this version has no name for comes with an index of -1.
    return !(value instanceof EnumValueDescriptor number) || number.getIndex() >= 0;
  }
}

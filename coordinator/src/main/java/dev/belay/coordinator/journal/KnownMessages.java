package dev.belay.coordinator.journal;

import com.google.protobuf.Message;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.wire.UnknownFields;

/** Refuses what a newer version wrote: to skip what one does not understand would be to lose it. */
public final class KnownMessages {
  private KnownMessages() {}

  /**
   * @param file for people: where the record was read
   */
  public static void require(JournalRecord record, String file) throws JournalException {
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
    if (UnknownFields.in(message)) {
      throw newer(file);
    }
  }
}

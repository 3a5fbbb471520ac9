package dev.belay.coordinator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.journal.Replayed;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What somebody read who recovered, and whether it is what the journal went through. */
final class Recovered implements Replayed {
  private final List<SnapshotEntry> entries = new ArrayList<>();
  private final List<JournalRecord> records = new ArrayList<>();

  @Override
  public void entry(SnapshotEntry entry) {
    entries.add(entry);
  }

  @Override
  public void record(JournalRecord record) {
    records.add(record);
  }

  /** A prefix of the journal, and everything live at its end is in the mirror, byte for byte. */
  void check(
      ModelRegion region, long last, Map<String, ByteString> mirror, Map<String, ByteString> ever) {
    assertThat(last).as("no more than was synced").isLessThanOrEqualTo(region.synced());
    long covered = last - records.size();
    assertThat(region.records.subList((int) covered, (int) last))
        .as("the records after %d", covered)
        .isEqualTo(records);
    List<SnapshotEntry> state = Objects.requireNonNull(region.states.get(covered));
    assertThat(entries.stream().filter(entry -> !entry.hasHeader() && !entry.hasFooter()))
        .as("the snapshot at %d", covered)
        .containsExactlyElementsOf(state.stream().filter(entry -> !entry.hasHeader()).toList());
    Set<String> live = region.live.get((int) last);
    for (String key : live) {
      assertThat(mirror.get(key))
          .as("%s, live at record %d", key, last)
          .isNotNull()
          .isEqualTo(ever.get(key));
    }
  }
}

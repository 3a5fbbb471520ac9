package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobEntry;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.SnapshotHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The least state: the jobs submitted, one a record, each named for its record's sequence. */
final class Jobs implements Replayed, SnapshotSource {
  final List<String> names = new ArrayList<>();
  private boolean headerSeen;

  static JournalRecord record(long sequence) {
    return record(sequence, 120);
  }

  static JournalRecord record(long sequence, int bytes) {
    JobSubmitted submitted =
        JobSubmitted.newBuilder()
            .setJob("job-" + sequence)
            .setKey("k".repeat(bytes))
            .setSpec(JobSpec.newBuilder().setJob("primes").setPartitions(8))
            .build();
    return JournalRecord.newBuilder()
        .setSequence(sequence)
        .addEvents(Event.newBuilder().setMillis(1_700_000_000_000L).setJobSubmitted(submitted))
        .build();
  }

  /** What the state must be after the record with this sequence. */
  static List<String> upTo(long sequence) {
    List<String> names = new ArrayList<>();
    for (long i = 1; i <= sequence; i++) {
      names.add("job-" + i);
    }
    return names;
  }

  @Override
  public void entry(SnapshotEntry entry) {
    if (entry.hasHeader() == headerSeen) {
      throw new IllegalStateException("one header, and first: " + entry);
    }
    headerSeen = true;
    if (entry.hasJob()) {
      names.add(entry.getJob().getJob());
    }
  }

  @Override
  public void record(JournalRecord record) {
    record.getEventsList().forEach(event -> names.add(event.getJobSubmitted().getJob()));
  }

  @Override
  public void writeTo(Consumer<SnapshotEntry> out) {
    SnapshotHeader header = SnapshotHeader.newBuilder().setCluster("c1").build();
    out.accept(SnapshotEntry.newBuilder().setHeader(header).build());
    for (String name : names) {
      out.accept(SnapshotEntry.newBuilder().setJob(JobEntry.newBuilder().setJob(name)).build());
    }
  }
}

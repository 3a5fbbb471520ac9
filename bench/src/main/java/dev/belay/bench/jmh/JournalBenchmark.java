package dev.belay.bench.jmh;

import com.google.protobuf.ByteString;
import dev.belay.bench.WorkDirectory;
import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Replayed;
import dev.belay.coordinator.journal.SnapshotSource;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.SnapshotHeader;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The coordinator's journal on the real disk: a batch of records appended, and one sync after which
 * they survive a power cut. Each record is a checkpoint that was committed, about 200 bytes. New
 * generations are begun as in a running coordinator, and count.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JournalBenchmark {
  private static final int DIGEST_BYTES = 32;
  private static final long MILLIS = 1_790_000_000_000L;
  private static final Event COMMITTED = committed();

  @Param({"1", "10", "100", "1000"})
  public int batch;

  private WorkDirectory directory;
  private DataDirectory data;
  private Journal journal;
  private long sequence;

  /** A coordinator with nothing in mind. */
  private static final class Nothing implements Replayed, SnapshotSource {
    @Override
    public void entry(SnapshotEntry entry) {}

    @Override
    public void record(JournalRecord record) {}

    @Override
    public void writeTo(Consumer<SnapshotEntry> out) {
      out.accept(
          SnapshotEntry.newBuilder()
              .setHeader(SnapshotHeader.newBuilder().setCluster("bench"))
              .build());
    }
  }

  @Setup
  public void open() throws IOException {
    directory = WorkDirectory.open();
    data = DataDirectory.open(directory.path());
    JournalStore<Nothing> store =
        new JournalStore<>(data, Nothing::new, JournalSettings.defaults());
    journal = store.begin(store.recover());
  }

  @TearDown
  public void close() throws IOException {
    journal.close();
    data.close();
    directory.close();
  }

  @Benchmark
  public void appendAndSync() throws JournalException {
    for (int i = 0; i < batch; i++) {
      journal.append(record(++sequence));
    }
    journal.sync();
  }

  private static JournalRecord record(long sequence) {
    return JournalRecord.newBuilder().setSequence(sequence).addEvents(COMMITTED).build();
  }

  private static Event committed() {
    Epoch epoch = Epoch.newBuilder().setGeneration(1).setCounter(17).build();
    String key = "0123456789abcdef/primes-1/p12/1-17-123-1.ckpt";
    Checkpoint checkpoint =
        Checkpoint.newBuilder()
            .setSequence(123)
            .setEpoch(epoch)
            .setObject(
                ObjectRef.newBuilder()
                    .setKey(key)
                    .setLength(123_456)
                    .setDigest(ByteString.copyFrom(new byte[DIGEST_BYTES])))
            .setBytes(234_567)
            .setStoredBytes(123_456)
            .setCreatedMillis(MILLIS)
            .addReferences(key)
            .build();
    TaskId task =
        TaskId.newBuilder().setJob("primes-1").setKind(TaskKind.PARTITION).setIndex(12).build();
    return Event.newBuilder()
        .setMillis(MILLIS)
        .setCheckpointCommitted(
            CheckpointCommitted.newBuilder()
                .setLease(Lease.newBuilder().setTask(task).setEpoch(epoch))
                .setCheckpoint(checkpoint))
        .build();
  }
}

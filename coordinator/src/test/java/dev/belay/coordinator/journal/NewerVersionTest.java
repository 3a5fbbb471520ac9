package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.proto.TaskReleased;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a later version wrote is refused and never skipped. */
class NewerVersionTest {
  private static final UnknownFieldSet UNKNOWN =
      UnknownFieldSet.newBuilder()
          .addField(1000, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  @TempDir Path root;

  @Test
  void anEventOfAnUnknownKind() throws IOException {
    refused(Event.newBuilder().setMillis(1).setUnknownFields(UNKNOWN).build());
  }

  @Test
  void anEventWithoutAKind() throws IOException {
    refused(Event.newBuilder().setMillis(1).build());
  }

  @Test
  void anUnknownFieldDeepInside() throws IOException {
    TaskAssigned.Builder assigned = TaskAssigned.newBuilder().setWorker("w");
    assigned.getLeaseBuilder().getTaskBuilder().setJob("j").setUnknownFields(UNKNOWN);
    refused(Event.newBuilder().setTaskAssigned(assigned).build());
  }

  @Test
  void anUnknownFieldInARepeatedMessage() throws IOException {
    JobSubmitted.Builder submitted = JobSubmitted.newBuilder().setJob("j");
    submitted.getSpecBuilder().addParametersBuilder().setKey("k").setUnknownFields(UNKNOWN);
    refused(Event.newBuilder().setJobSubmitted(submitted).build());
  }

  @Test
  void anUnknownNumberOfAnEnum() throws IOException {
    refused(
        Event.newBuilder()
            .setTaskReleased(TaskReleased.newBuilder().setCauseValue(999).setMessage("m"))
            .build());
  }

  @Test
  void aSnapshotOfALaterFormat() throws IOException {
    Directories.grow(root, 2);
    Path snapshot = new Layout(root).snapshot(1);
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[7] = SnapshotFile.FORMAT + 1;
    byte[] digest = SnapshotReader.sha256().digest(Arrays.copyOf(bytes, bytes.length - 32));
    System.arraycopy(digest, 0, bytes, bytes.length - 32, 32);
    Files.write(snapshot, bytes);

    assertRefused();
  }

  @Test
  void aJournalOfALaterFormat() throws IOException {
    GenerationFiles files = Directories.files(root, 1);
    Files.createDirectories(files.directory().getParent());
    GenerationWriter.create(files, new GenerationHeader(GenerationHeader.FORMAT + 1, 1, 1, 42))
        .close();

    assertRefused();
  }

  private void refused(Event event) throws IOException {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = Directories.store(directory);
      try (Journal journal = store.begin(store.recover())) {
        journal.append(Jobs.record(1));
        journal.append(JournalRecord.newBuilder().setSequence(2).addEvents(event).build());
        journal.sync();
      }
    }
    assertRefused();
  }

  private void assertRefused() {
    assertThatThrownBy(() -> Directories.recover(root))
        .isInstanceOf(JournalException.class)
        .isNotInstanceOf(DamagedException.class)
        .hasMessageContaining("was written by a newer version of Belay: upgrade the coordinator");
  }
}

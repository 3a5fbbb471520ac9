package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Under which names, and made of which objects, a checkpoint may count. */
class CheckpointNamesTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private String job = "";

  @BeforeEach
  void onePartition() {
    job = cluster.submit(TestCluster.spec());
    a.plans(1);
  }

  /** The next checkpoint, with this after its lease and sequence. */
  private Report.Builder called(Lease lease, String tail) {
    Report.Builder report = a.checkpoint(lease);
    Checkpoint.Builder checkpoint = report.getCheckpointBuilder();
    String key = checkpoint.getObject().getKey();
    String name = key.substring(0, key.lastIndexOf('-') + 1) + tail;
    checkpoint.getObjectBuilder().setKey(name);
    checkpoint.clearReferences().addReferences(name);
    return report;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1.ckpt", "az", "AZ", "09", "._-", "01234567890123456789012345678901"})
  void aNameEndsInWhatEveryStoreTakes(String tail) {
    assertThat(a.says(called(a.lease(), tail))).isEqualTo(Verdict.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1/../x",
        "a b",
        "`",
        "{",
        "@",
        "[",
        "/",
        ":",
        "ä",
        "012345678901234567890123456789012"
      })
  void anyOtherNameIsRefused(String tail) {
    Lease lease = a.lease();
    assertThat(a.says(called(lease, tail))).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.partition(job, 0).checkpoints).isEmpty();
  }

  @Test
  void aCheckpointReferencesAtMostSixtyFourObjects() {
    Lease lease = a.lease();
    Report.Builder most = a.checkpoint(lease);
    String own = most.getCheckpoint().getObject().getKey();
    for (int i = most.getCheckpoint().getReferencesCount(); i < 64; i++) {
      most.getCheckpointBuilder().addReferences(own);
    }
    assertThat(a.says(most)).isEqualTo(Verdict.OK);
    Report.Builder tooMany = a.checkpoint(lease);
    own = tooMany.getCheckpoint().getObject().getKey();
    for (int i = tooMany.getCheckpoint().getReferencesCount(); i < 65; i++) {
      tooMany.getCheckpointBuilder().addReferences(own);
    }
    assertThat(a.says(tooMany)).isEqualTo(Verdict.WRITE_FULL);
  }

  @Test
  void theOldestThatIsKeptIsAnsweredOkAndOneBeforeItIsNobodysBusiness() {
    Lease lease = a.lease();
    Report.Builder[] all = new Report.Builder[5];
    for (int i = 0; i < all.length; i++) {
      all[i] = a.checkpoint(lease);
      assertThat(a.says(all[i])).isEqualTo(Verdict.OK);
    }
    int before = cluster.journal.size();
    assertThat(a.says(all[2])).as("the oldest kept").isEqualTo(Verdict.OK);
    assertThat(a.says(all[1])).as("an echo from before").isEqualTo(Verdict.REFUSED);
    assertThat(cluster.journal).as("and nothing ends by it").hasSize(before);
    assertThat(cluster.partition(job, 0).leased()).isTrue();
  }

  @Test
  void aSequenceThatWasSkippedWasNeverThisLeases() {
    Lease lease = a.lease();
    for (int i = 0; i < 4; i++) {
      assertThat(a.says(a.checkpoint(lease))).isEqualTo(Verdict.OK);
    }
    Report.Builder second = a.checkpoint(lease);
    second
        .getCheckpointBuilder()
        .setSequence(2)
        .setObject(second.getCheckpoint().getObject().toBuilder().setLength(11));
    assertThat(a.says(second))
        .as("of the oldest kept sequence, another object")
        .isEqualTo(Verdict.REFUSED);
    assertThat(cluster.partition(job, 0).leased()).as("it ends the lease").isFalse();
  }

  @Test
  void anEchoFromBeforeAllThatAreKeptNeedsThemAllToBeOfThisLease() {
    Lease old = a.lease();
    Report.Builder first = a.checkpoint(old);
    assertThat(a.says(first)).isEqualTo(Verdict.OK);
    a.says(a.checkpoint(old));
    a.says(TestWorker.released(old));
    Lease lease = a.lease();
    a.says(a.checkpoint(lease));
    a.says(a.checkpoint(lease));
    // Kept: 4 and 3 of this lease, 2 of the one before; so 1 was never this one's.
    Report.Builder lie = a.checkpoint(lease);
    lie.getCheckpointBuilder().setSequence(1);
    assertThat(a.says(lie)).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.partition(job, 0).epochCounter)
        .as("which ends the lease: nobody would, otherwise")
        .isGreaterThan(lease.getEpoch().getCounter() - 1);
    assertThat(cluster.partition(job, 0).errorsWithoutProgress).isEqualTo(1);
  }

  @Test
  void aCheckpointFoundUnusableSinceIsAnsweredOkUnderItsOwnName() {
    Lease lease = a.lease();
    Report.Builder report = a.checkpoint(lease);
    a.says(report);
    a.says(TestWorker.unusable(lease, 1));
    assertThat(a.says(report)).as("it did count").isEqualTo(Verdict.OK);
    Report.Builder other = called(lease, "other");
    other.getCheckpointBuilder().setSequence(1);
    assertThat(a.says(other)).as("this one never did").isEqualTo(Verdict.REFUSED);
  }
}

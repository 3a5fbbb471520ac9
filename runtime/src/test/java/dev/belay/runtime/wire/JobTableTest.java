package dev.belay.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import org.junit.jupiter.api.Test;

class JobTableTest {
  private static Assignment.Builder assignment(String job, int index) {
    return Assignment.newBuilder()
        .setLease(
            Lease.newBuilder()
                .setTask(
                    TaskId.newBuilder().setJob(job).setKind(TaskKind.PARTITION).setIndex(index))
                .setEpoch(Epochs.of(1, 1)))
        .setSpec(JobSpec.newBuilder().setJob("count").setName("n".repeat(200)))
        .setKeyPrefix("c/" + job)
        .setSplits(9)
        .setNextSequence(1);
  }

  private static Assignment.Builder planned(String job, int index) {
    return assignment(job, index).setPlan(ObjectRef.newBuilder().setKey(job + ".plan"));
  }

  private static void comesBack(Desired desired) {
    assertThat(JobTable.expanded(JobTable.compacted(desired))).isEqualTo(desired);
  }

  @Test
  void whatIsSentIsWhatIsMeant() {
    comesBack(
        Desired.newBuilder()
            .setWhole(true)
            .setDigest(7)
            .addAssign(planned("a-1", 0).setNextSequence(3))
            .addAssign(planned("a-1", 1))
            .addAssign(planned("b-2", 0))
            .build());
    comesBack(Desired.newBuilder().addAssign(planned("a-1", 0)).build());
    comesBack(Desired.getDefaultInstance());
  }

  /** A job that was planned anew meanwhile, or whose partitions have become more by a split. */
  @Test
  void whatDiffersFromTheOthersOfItsJobKeepsWhatIsItsOwn() {
    comesBack(
        Desired.newBuilder()
            .addAssign(planned("a-1", 0))
            .addAssign(planned("a-1", 1).setSplits(10))
            .addAssign(assignment("a-1", 2))
            .addAssign(planned("a-1", 3).setPlan(ObjectRef.newBuilder().setKey("other.plan")))
            .build());
  }

  @Test
  void whatIsCommonIsSaidOnce() {
    Desired.Builder desired = Desired.newBuilder();
    for (int i = 0; i < 100; i++) {
      desired.addAssign(planned("a-1", i));
    }
    Desired whole = desired.build();
    assertThat(JobTable.compacted(whole).getSerializedSize() * 5)
        .isLessThan(whole.getSerializedSize());
  }
}

package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.Value;
import org.junit.jupiter.api.Test;

/** What of a message has no name in this version, and what is left without it. */
class UnknownFieldsTest {
  private static final UnknownFieldSet NEWER =
      UnknownFieldSet.newBuilder()
          .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  private static Report report() {
    return Report.newBuilder()
        .setNumber(7)
        .setLease(
            Lease.newBuilder()
                .setTask(TaskId.newBuilder().setJob("job-1").setKind(TaskKind.PARTITION)))
        .setCompleted(
            Completed.newBuilder()
                .setResult(
                    Result.newBuilder()
                        .addFields(
                            Field.newBuilder()
                                .setName("a")
                                .setValue(Value.newBuilder().setInteger(1)))
                        .addFields(Field.newBuilder().setName("b"))))
        .build();
  }

  private static void assertDropped(Message.Builder newer) {
    Message message = newer.build();
    assertThat(Unknown.in(message)).isTrue();
    assertThat(Unknown.without(message)).isEqualTo(report());
    assertThat(Unknown.in(Unknown.without(message))).isFalse();
  }

  @Test
  void whatIsAllKnownIsLeftAsItIs() {
    Report report = report();
    assertThat(Unknown.in(report)).isFalse();
    assertThat(Unknown.without(report)).isSameAs(report);
  }

  @Test
  void fieldsAreFoundAndDroppedAtAnyDepth() {
    assertDropped(report().toBuilder().setUnknownFields(NEWER));
    Report.Builder inLease = report().toBuilder();
    inLease.getLeaseBuilder().getTaskBuilder().setUnknownFields(NEWER);
    assertDropped(inLease);
    Report.Builder inList = report().toBuilder();
    inList.getCompletedBuilder().getResultBuilder().getFieldsBuilder(1).setUnknownFields(NEWER);
    assertDropped(inList);
  }

  @Test
  void aNumberOfAnEnumThatHasNoNameIsDropped() {
    Report.Builder newer = report().toBuilder();
    newer.getLeaseBuilder().getTaskBuilder().setKindValue(99);
    Report without = Unknown.without(newer.build());
    assertThat(Unknown.in(newer.build())).isTrue();
    assertThat(without.getLease().getTask().getKind()).isEqualTo(TaskKind.TASK_KIND_UNSPECIFIED);
    assertThat(without.getLease().getTask().getJob()).isEqualTo("job-1");
  }
}

package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Parameter;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How much a submit may ask for: each limit itself is within, one more is refused, and why. */
class SubmitLimitsTest {
  private final TestCluster cluster = new TestCluster();

  private static String text(int length) {
    return "x".repeat(length);
  }

  private static Parameter parameter(int key, int value) {
    return Parameter.newBuilder().setKey(text(key)).setValue(text(value)).build();
  }

  private static Arguments limit(
      Consumer<JobSpec.Builder> within, Consumer<JobSpec.Builder> beyond, String why) {
    return Arguments.of(within, beyond, why);
  }

  static Stream<Arguments> limits() {
    return Stream.of(
        limit(s -> s.setJob(text(200)), s -> s.setJob(text(201)), "a job needs a name of 1 to 200"),
        limit(s -> s.setJob("x"), s -> s.setJob(""), "a job needs a name of 1 to 200"),
        limit(s -> s.setName(text(200)), s -> s.setName(text(201)), "a job needs a name"),
        limit(
            s -> s.setPartitions(1_000_000),
            s -> s.setPartitions(1_000_001),
            "partitions: from 1 to 1000000"),
        limit(s -> s.setPartitions(1), s -> s.setPartitions(-1), "partitions: from 1 to"),
        limit(
            s -> s.setCheckpointIntervalMillis(100),
            s -> s.setCheckpointIntervalMillis(99),
            "the checkpoint interval is at least 100 ms"),
        limit(
            s -> s.setCheckpointIntervalMillis(-1),
            s -> s.setCheckpointIntervalMillis(1),
            "the checkpoint interval is at least 100 ms"),
        limit(
            s -> s.addParameters(parameter(200, 4096)),
            s -> s.addParameters(parameter(201, 1)),
            "at most 1000 parameters of at most 4096 characters each"),
        limit(
            s -> s.addParameters(parameter(1, 4096)),
            s -> s.addParameters(parameter(1, 4097)),
            "at most 1000 parameters of at most 4096 characters each"),
        limit(
            s -> s.addOutputs(text(4096)),
            s -> s.addOutputs(text(4097)),
            "at most 1000 parameters of at most 4096 characters each"),
        limit(s -> parameters(s, 1000, 1), s -> parameters(s, 1001, 1), "at most 1000 parameters"),
        limit(s -> outputs(s, 100), s -> outputs(s, 101), "at most 100 outputs"),
        limit(s -> s.addOutputs("a"), s -> s.addOutputs(""), "at most 100 outputs"),
        limit(s -> bytes(s, 1 << 20), s -> bytes(s, (1 << 20) + 1), "at most 1048576 bytes"),
        limit(s -> after(s, 100), s -> after(s, 101), "a job comes after at most 100 others"));
  }

  private static void parameters(JobSpec.Builder spec, int count, int length) {
    for (int i = 0; i < count; i++) {
      spec.addParameters(parameter(1, length));
    }
  }

  private static void outputs(JobSpec.Builder spec, int count) {
    for (int i = 0; i < count; i++) {
      spec.addOutputs("/out/" + i);
    }
  }

  private static void after(JobSpec.Builder spec, int count) {
    for (int i = 0; i < count; i++) {
      spec.addAfter("job-1");
    }
  }

  /** A spec of exactly so many bytes. */
  private static void bytes(JobSpec.Builder spec, int size) {
    parameters(spec, 255, 4096);
    int left = size - spec.build().getSerializedSize();
    // Each takes 5 bytes beside its text, and one more for the length of one that is long.
    spec.addParameters(parameter(1, left / 2)).addParameters(parameter(1, 200));
    while (spec.build().getSerializedSize() < size) {
      int last = spec.getParametersCount() - 1;
      int length = spec.getParameters(last).getValue().length();
      spec.setParameters(last, parameter(1, length + 1));
    }
    assertThat(spec.build().getSerializedSize()).isEqualTo(size);
  }

  @ParameterizedTest(name = "{2} ({index})")
  @MethodSource("limits")
  void theLimitIsWithinAndOneMoreIsRefused(
      Consumer<JobSpec.Builder> within, Consumer<JobSpec.Builder> beyond, String why) {
    cluster.submit(TestCluster.spec());
    JobSpec.Builder fine = TestCluster.spec().toBuilder();
    within.accept(fine);
    assertThat(cluster.submit(fine.build())).as("at the limit").isEqualTo("job-2");
    JobSpec.Builder tooMuch = TestCluster.spec().toBuilder();
    beyond.accept(tooMuch);
    assertThat(cluster.submit(tooMuch.build())).as("beyond the limit").isEmpty();
    Effect.Refuse refusal = requireNonNull(cluster.refusal());
    assertThat(refusal.reason()).isEqualTo(Effect.Refuse.Reason.INVALID);
    assertThat(refusal.message()).contains(why);
  }

  @Test
  void theKeyOfASubmitIsNeitherEmptyNorLong() {
    assertThat(cluster.submit(text(200), TestCluster.spec())).isEqualTo("job-1");
    for (String key : new String[] {"", text(201)}) {
      assertThat(cluster.submit(key, TestCluster.spec())).isEmpty();
      assertThat(requireNonNull(cluster.refusal()).message())
          .isEqualTo("a submit needs a key of 1 to 200 characters");
    }
  }

  @Test
  void aFieldOfANewerVersionIsRefusedWithAReason() {
    JobSpec newer =
        TestCluster.spec().toBuilder()
            .setUnknownFields(
                com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                        999,
                        com.google.protobuf.UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build();
    assertThat(cluster.submit(newer)).isEmpty();
    assertThat(requireNonNull(cluster.refusal()).message())
        .contains("asks for something that this coordinator does not know");
  }
}

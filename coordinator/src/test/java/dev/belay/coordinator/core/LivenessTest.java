package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Hello;
import org.junit.jupiter.api.Test;

/** Whom it knows, for how long, and how often workers are lost. */
class LivenessTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final int REMEMBERED = 1_000;

  private final Liveness liveness = new Liveness(Timing.DEFAULT);
  private long streams;

  private WorkerRecord join(String name, String incarnation) {
    long stream = ++streams;
    liveness.join(
        Hello.newBuilder().setName(name).setIncarnation(incarnation).setSlots(1).build(),
        stream,
        SECOND);
    return requireNonNull(liveness.on(stream));
  }

  @Test
  void aFirstLossIsAssumedAfterAnHourOfOneWorker() {
    assertThat(liveness.meanTimeBetweenFailuresMillis()).isEqualTo(HOUR_MILLIS);
    liveness.countLoss();
    assertThat(liveness.meanTimeBetweenFailuresMillis()).isEqualTo(HOUR_MILLIS / 2);
  }

  @Test
  void whatWorkersLivedIsAddedUpAndSharedByTheLosses() {
    join("a", "1");
    WorkerRecord b = join("b", "1");
    liveness.look(SECOND);
    liveness.look(SECOND + 7_200 * SECOND);
    assertThat(liveness.meanTimeBetweenFailuresMillis())
        .as("two workers, two hours, and the assumed one")
        .isEqualTo(5 * HOUR_MILLIS);
    liveness.giveUp(b);
    assertThat(liveness.meanTimeBetweenFailuresMillis()).isEqualTo(5 * HOUR_MILLIS / 2);
    liveness.closed(b.stream, 7_201 * SECOND);
    liveness.look(SECOND + 10_800 * SECOND);
    assertThat(liveness.meanTimeBetweenFailuresMillis())
        .as("one is connected")
        .isEqualTo(6 * HOUR_MILLIS / 2);
  }

  @Test
  void aProcessThatGaveWayToAnotherIsKnownAsReplaced() {
    join("a", "old");
    assertThat(liveness.wasReplaced("old")).isFalse();
    join("a", "new");
    assertThat(liveness.wasReplaced("old")).isTrue();
    assertThat(liveness.wasReplaced("new")).isFalse();
    join("a", "new");
    assertThat(liveness.wasReplaced("new")).as("the same one, dialling again").isFalse();
  }

  @Test
  void theLastThousandReplacedAreRemembered() {
    for (int i = 0; i <= REMEMBERED + 1; i++) {
      join("a", "process " + i);
    }
    assertThat(liveness.wasReplaced("process 0")).isFalse();
    assertThat(liveness.wasReplaced("process 1")).isTrue();
    assertThat(liveness.wasReplaced("process " + REMEMBERED)).isTrue();
  }

  @Test
  void whoLeftIsForgottenWhoIsLostIsNot() {
    WorkerRecord left = join("a", "1");
    WorkerRecord lost = join("b", "1");
    join("c", "1");
    liveness.giveUp(lost);
    assertThat(liveness.present()).isEqualTo(2);
    liveness.forget(left);
    assertThat(liveness.present()).isEqualTo(1);
    assertThat(liveness.named("a")).isNull();
    assertThat(liveness.as("1")).isNotSameAs(left);
    assertThat(liveness.on(1)).isNull();
    assertThat(liveness.named("b")).isSameAs(lost);
  }

  @Test
  void ofThoseLostTheLastThousandAreShown() {
    for (int i = 0; i <= REMEMBERED; i++) {
      WorkerRecord worker = join("w" + i, "process " + i);
      liveness.closed(worker.stream, SECOND);
      liveness.giveUp(worker);
    }
    assertThat(liveness.named("w0")).isNull();
    assertThat(liveness.as("process 0")).isNull();
    assertThat(liveness.named("w1")).isNotNull();
    assertThat(liveness.workers()).hasSize(REMEMBERED);
    assertThat(liveness.present()).isZero();
  }

  @Test
  void whoIsGivenUpButConnectedStaysKnownHoweverManyFollow() {
    WorkerRecord hangs = join("hangs", "hangs");
    liveness.giveUp(hangs);
    for (int i = 0; i <= REMEMBERED; i++) {
      WorkerRecord worker = join("w" + i, "process " + i);
      liveness.closed(worker.stream, SECOND);
      liveness.giveUp(worker);
    }
    assertThat(liveness.named("hangs")).isSameAs(hangs);
  }

  @Test
  void whoIsHeardAgainIsBack() {
    WorkerRecord worker = join("a", "1");
    liveness.giveUp(worker);
    assertThat(liveness.heard(worker, 9 * SECOND, 0)).isTrue();
    assertThat(liveness.heard(worker, 10 * SECOND, 0)).isFalse();
    assertThat(worker.gapNanos).isEqualTo(SECOND);
    assertThat(liveness.present()).isOne();
  }

  @Test
  void aConnectionAnewIsASignOfLifeLikeAnother() {
    WorkerRecord worker = join("a", "1");
    for (int beats = 2; beats <= Rhythm.APPRENTICESHIP; beats++) {
      liveness.heard(worker, beats * SECOND, 0);
    }
    assertThat(worker.rhythm.deadNanos()).as("not heard often enough").isEqualTo(5 * SECOND);
    WorkerRecord back = join("a", "1");
    assertThat(back.rhythm.deadNanos()).isLessThan(5 * SECOND);
  }

  @Test
  void fewBrokenConnectionsMoveLeasesAndMostAtOnceDoNot() {
    WorkerRecord[] workers = new WorkerRecord[6];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = join("w" + i, "process " + i);
    }
    long now = 2 * SECOND;
    liveness.closed(workers[0].stream, now);
    liveness.closed(workers[1].stream, now);
    assertThat(liveness.movable(now + 299_999_999)).as("within the grace").isEmpty();
    assertThat(liveness.movable(now + 300_000_000)).containsExactly(workers[0], workers[1]);
    liveness.closed(workers[2].stream, now);
    assertThat(liveness.movable(now + SECOND)).as("three of six").hasSize(3);
    liveness.closed(workers[3].stream, now);
    assertThat(liveness.movable(now + SECOND)).as("four of six: the fault is here").isEmpty();
  }
}

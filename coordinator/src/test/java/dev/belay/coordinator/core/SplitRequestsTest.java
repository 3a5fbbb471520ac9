package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.Parts.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belay.runtime.proto.SplitRequest;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Whom a cut was asked of, how often it is told, and for how long who declines is let alone. */
class SplitRequestsTest {
  private static final Offset<Double> EXACTLY = within(1e-9);

  private final JobRecord job = Parts.job(4);
  private final Hold first = Parts.held(job.partitions[0], "a");
  private final Hold second = Parts.held(job.partitions[1], "b");
  private final SplitRequests requests = new SplitRequests();

  private void ask(Hold hold, long seconds) {
    requests.ask(hold, 0.5, 20, seconds * SECOND);
  }

  @Test
  void whoIsAskedIsToldOnceWhatToKeep() {
    ask(first, 0);
    assertThat(requests.pending(first)).isTrue();
    assertThat(requests.pending(second)).isFalse();
    assertThat(requests.of(second)).isNull();
    SplitRequest told = requireNonNull(requests.of(first));
    assertThat(told.getLease()).isEqualTo(first.lease());
    assertThat(told.getFraction()).isEqualTo(0.5);
    assertThat(requests.drainUnsaid()).containsExactly(first);
    assertThat(requests.drainUnsaid()).isEmpty();
  }

  @Test
  void theRequestsOfAJobAreCountedByJob() {
    ask(first, 0);
    ask(second, 0);
    ask(Parts.held(Parts.job(1).partitions[0], "c"), 0);
    assertThat(requests.pending(job)).isEqualTo(2);
  }

  @Test
  void theRequestIsSaidAgainEveryTwoSecondsForHalfAMinute() {
    ask(first, 0);
    requests.drainUnsaid();
    requests.tick(2 * SECOND - 1);
    assertThat(requests.drainUnsaid()).isEmpty();
    requests.tick(2 * SECOND);
    assertThat(requests.drainUnsaid()).containsExactly(first);
    requests.tick(3 * SECOND);
    assertThat(requests.drainUnsaid()).as("two seconds from the second time").isEmpty();
    requests.tick(4 * SECOND);
    assertThat(requests.drainUnsaid()).containsExactly(first);
    requests.tick(30 * SECOND - 1);
    assertThat(requests.pending(first)).isTrue();
    assertThat(requests.declines(first)).isFalse();
    requests.tick(30 * SECOND);
    assertThat(requests.pending(first)).isFalse();
    assertThat(requests.declines(first)).as("silence is a no").isTrue();
  }

  @Test
  void whoDeclinesIsLetAloneEachTimeTwiceAsLongUpToSomeMinutes() {
    long now = 0;
    for (long rest : new long[] {5, 10, 20, 40, 80, 160, 320, 320}) {
      requests.ask(first, 0.5, 20, now);
      requests.declined(first, now);
      assertThat(requests.pending(first)).isFalse();
      assertThat(requests.rests(first, now + rest * SECOND - 1)).isTrue();
      now += rest * SECOND;
      assertThat(requests.rests(first, now)).as("after %s seconds", rest).isFalse();
    }
    assertThat(requests.rests(second, now)).isFalse();
    assertThat(requests.declines(second)).isFalse();
  }

  @Test
  void ofALeaseThatIsOverNothingIsKept() {
    ask(first, 0);
    ask(second, 0);
    requests.declined(second, 0);
    first.task.hold = null;
    second.task.hold = null;
    assertThat(requests.drainUnsaid()).as("nobody to be told").isEmpty();
    requests.tick(1);
    assertThat(requests.pending(first)).isFalse();
    assertThat(requests.declines(second)).isFalse();
  }

  @Test
  void whoHasAnsweredIsNotTold() {
    ask(first, 0);
    requests.declined(first, 0);
    assertThat(requests.drainUnsaid()).isEmpty();
  }

  @Test
  void whatTwoPiecesWillTakeIsExpectedForFiveSeconds() {
    requests.ask(first, 0.25, 40, 0);
    requests.done(first, 3, 10 * SECOND);
    assertThat(requests.pending(first)).isFalse();
    TaskRecord tail = job.partitions[3];
    assertThat(requests.secondsLeft(first.task, 10 * SECOND)).isEqualTo(10, EXACTLY);
    assertThat(requests.secondsLeft(tail, 10 * SECOND)).isEqualTo(30, EXACTLY);
    assertThat(requests.secondsLeft(tail, 14 * SECOND)).isEqualTo(26, EXACTLY);
    assertThat(requests.secondsLeft(first.task, 99 * SECOND)).as("overdue").isZero();
    assertThat(requests.secondsLeft(job.partitions[2], 10 * SECOND)).isNaN();
    requests.tick(15 * SECOND - 1);
    assertThat(requests.secondsLeft(tail, 15 * SECOND)).isEqualTo(25, EXACTLY);
    requests.tick(15 * SECOND);
    assertThat(requests.secondsLeft(tail, 15 * SECOND)).isNaN();
  }

  @Test
  void aCutThatNobodyAskedForPromisesNothing() {
    requests.done(first, 3, 0);
    assertThat(requests.secondsLeft(first.task, 0)).isNaN();
  }
}

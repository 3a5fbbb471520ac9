package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.Parts.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.SpeculationStarted;
import dev.belay.runtime.proto.TaskProgress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Which partition is begun a second time, on another worker, and where. */
class SecondAttemptTest {
  private static final Offset<Double> EXACTLY = within(1e-9);

  private final Holdings holdings = new Holdings();
  private final LiveProgress progress = new LiveProgress();
  private final Capacity capacity = new Capacity(holdings);
  private final Speculation speculation = new Speculation(progress, capacity);
  private final JobRecord job = Parts.job(5);
  private final Pool pool = capacity.enter(job.demand);

  private Hold running(int index, String worker) {
    Hold hold = Parts.held(job.partitions[index], worker);
    holdings.add(hold);
    return hold;
  }

  private void says(Hold hold, long done, long total, double seconds) {
    progress.update(
        hold,
        TaskProgress.newBuilder()
            .setProgress(Progress.newBuilder().setDone(done).setTotal(total))
            .build(),
        nanos(seconds));
  }

  /** Has been at it for ten seconds, and would take so many in all. */
  private Hold taking(int index, double seconds) {
    Hold hold = running(index, "a");
    says(hold, 0, 1_000_000, 0);
    says(hold, Math.round(1_000_000 * 10 / seconds), 1_000_000, 10);
    return hold;
  }

  private static long nanos(double seconds) {
    return (long) (seconds * SECOND);
  }

  // ---- what is usual

  @Test
  void usualIsTheMiddleOneOfThoseThatRunOnceThereAreThree() {
    Set<Hold> running = new LinkedHashSet<>();
    running.add(taking(0, 500));
    running.add(taking(1, 40));
    assertThat(speculation.usual(job, running)).as("two are no measure").isNaN();
    running.add(taking(2, 50));
    assertThat(speculation.usual(job, running)).isEqualTo(50, EXACTLY);
    job.partitions[3].weight = 10;
    running.add(taking(3, 450));
    running.add(taking(4, 80));
    assertThat(speculation.usual(job, running)).as("45 for each unit").isEqualTo(50, EXACTLY);
  }

  @Test
  void whoseSpeedIsNotKnownOrStandsStillDoesNotCount() {
    Set<Hold> running = new LinkedHashSet<>();
    running.add(taking(0, 40));
    running.add(taking(1, 50));
    Hold still = running(2, "a");
    says(still, 7, 100, 0);
    says(still, 7, 100, 10);
    running.add(still);
    Hold fresh = running(3, "a");
    says(fresh, 7, 100, 10);
    running.add(fresh);
    running.add(running(4, "a"));
    assertThat(speculation.usual(job, running)).isNaN();
  }

  @Test
  void whatWasThroughIsTheBetterMeasure() {
    job.pace.took(3_000, 1, 1);
    assertThat(speculation.usual(job, Set.of())).isEqualTo(3, EXACTLY);
  }

  // ---- who is slow

  @Test
  void itIsWorthwhileForWhoTakesMoreThanTwiceAsLongAsUsual() {
    assertThat(speculation.worthwhile(taking(0, 101), 50, nanos(10))).isTrue();
    assertThat(speculation.worthwhile(taking(1, 100), 50, nanos(10))).isFalse();
    assertThat(speculation.worthwhile(taking(2, 1_000), Double.NaN, nanos(10))).isFalse();
    job.partitions[3].weight = 2;
    assertThat(speculation.worthwhile(taking(3, 101), 50, nanos(10))).as("larger").isFalse();
    assertThat(speculation.worthwhile(running(4, "a"), 50, nanos(10))).as("unheard of").isFalse();
  }

  @Test
  void whoWillBeThroughInTenSecondsIsLetGoOn() {
    Hold hold = taking(0, 100);
    assertThat(speculation.worthwhile(hold, 5, nanos(89))).isTrue();
    assertThat(speculation.worthwhile(hold, 5, nanos(90))).isFalse();
  }

  @Test
  void whoStandsStillIsSlow() {
    Hold still = running(0, "a");
    says(still, 7, 100, 0);
    says(still, 7, 100, 10);
    assertThat(speculation.worthwhile(still, 50, nanos(10))).isTrue();
  }

  @Test
  void whoTellsNoProgressIsSlowAfterTwiceTheUsualTimeAndTenSeconds() {
    Hold hold = running(0, "a");
    says(hold, 0, 0, 0);
    assertThat(speculation.worthwhile(hold, 6, nanos(12))).isFalse();
    assertThat(speculation.worthwhile(hold, 6, nanos(12.1))).isTrue();
    assertThat(speculation.worthwhile(hold, 1, nanos(10))).isFalse();
    assertThat(speculation.worthwhile(hold, 1, nanos(10.1))).isTrue();
    job.partitions[0].weight = 3;
    assertThat(speculation.worthwhile(hold, 6, nanos(36))).isFalse();
    assertThat(speculation.worthwhile(hold, 6, nanos(36.1))).isTrue();
  }

  @Test
  void whoHasJustBegunToTellIsWaitedFor() {
    Hold hold = running(0, "a");
    says(hold, 0, 0, 0);
    says(hold, 1, 100, 100);
    assertThat(speculation.worthwhile(hold, 6, nanos(100))).isFalse();
  }

  // ---- where it begins

  private List<Event> begun(boolean expected, Hold... holds) {
    Decision.Draft draft = new Decision.Draft(0);
    capacity.settle();
    for (Hold hold : holds) {
      assertThat(speculation.begin(hold, pool, draft)).isEqualTo(expected);
    }
    return draft.done().events();
  }

  private WorkerRecord joins(String name, int slots) {
    WorkerRecord worker = Parts.worker(name, "h", slots);
    capacity.refresh(worker);
    return worker;
  }

  @Test
  void itBeginsOnAnotherWorkerUnderAnEpochOfItsOwn() {
    joins("a", 9);
    joins("b", 1);
    Hold first = running(0, "a");
    SpeculationStarted started = begun(true, first).get(0).getSpeculationStarted();
    assertThat(started.getWorker()).isEqualTo("b");
    assertThat(started.getIncarnation()).isEqualTo("b-1");
    assertThat(started.getLease().getTask()).isEqualTo(first.task.id());
    assertThat(started.getLease().getEpoch().getCounter()).isEqualTo(first.counter + 1);
  }

  @Test
  void twoDoNotBeginInOneSlot() {
    joins("b", 1);
    Hold one = running(0, "a");
    Hold other = running(1, "a");
    Decision.Draft draft = new Decision.Draft(0);
    capacity.settle();
    assertThat(speculation.begin(one, pool, draft)).isTrue();
    assertThat(speculation.begin(other, pool, draft)).isFalse();
    assertThat(draft.done().events()).hasSize(1);
  }

  @Test
  void itDoesNotBeginWhereTheFirstIsOrWhereNobodyTakesWork() {
    joins("a", 9);
    Hold first = running(0, "a");
    assertThat(begun(false, first)).as("nobody else").isEmpty();
    WorkerRecord b = joins("b", 1);
    capacity.settle();
    b.suspect = true;
    assertThat(begun(false, first)).as("b has just fallen silent").isEmpty();
    b.suspect = false;
    capacity.refresh(b);
    assertThat(begun(true, first)).hasSize(1);
  }

  @Test
  void aPartitionThatWasCutGoesOnWhereItIsAndHasNoSecond() {
    joins("a", 9);
    joins("b", 1);
    Hold first = running(0, "a");
    first.task.staysOn = "a";
    assertThat(begun(false, first)).isEmpty();
  }

  @Test
  void whatMayKillItsWorkersOrIsNarrowedDownHasNoSecond() {
    joins("b", 2);
    Hold deadly = running(0, "a");
    deadly.task.lossesWithoutProgress = 2;
    Hold narrowed = running(1, "a");
    narrowed.task.narrow(new Narrowing(1, false, Cause.APPLICATION_ERROR, "", "", List.of()));
    assertThat(begun(false, deadly, narrowed)).isEmpty();
    deadly.task.lossesWithoutProgress = 1;
    assertThat(begun(true, deadly)).hasSize(1);
  }

  /** Side by side they would have neither a pause between them nor an end. */
  @Test
  void whatHasFailedIsTriedOneAttemptAfterTheOther() {
    joins("b", 2);
    Hold failed = running(0, "a");
    failed.task.errorsWithoutProgress = 1;
    assertThat(begun(false, failed)).isEmpty();
    failed.task.errorsWithoutProgress = 0;
    assertThat(begun(true, failed)).hasSize(1);
  }
}

package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.worker.task.Troubles.Kind;
import org.junit.jupiter.api.Test;

/** What keeps tasks from going on, as it is shown. */
class TroublesTest {
  private final TroubleLog log = new TroubleLog();
  private final Troubles one = new Troubles("job-1/0", log);
  private final Troubles other = new Troubles("job-1/1", log);

  @Test
  void whatTroublesManyReadsTheSameOfAll() {
    one.set(Kind.CHECKPOINT, "cannot store c/job-1/p0/1-1-44-1.ckpt: the disk is full");
    other.set(Kind.CHECKPOINT, "cannot store c/job-1/p12/1-7-3-2.ckpt: the disk is full");
    assertThat(one.text()).isEqualTo("cannot store c/job-1/...: the disk is full");
    assertThat(other.text()).isEqualTo(one.text());
  }

  @Test
  void eachKindIsThereUntilItIsOver() {
    one.set(Kind.SEGMENT, "output cannot be stored");
    one.set(Kind.CHECKPOINT, "refused");
    one.set(Kind.CHECKPOINT, "timed out");
    assertThat(one.text()).isEqualTo("timed out; output cannot be stored");
    one.clear(Kind.CHECKPOINT);
    assertThat(one.text()).isEqualTo("output cannot be stored");
    one.clear(Kind.SEGMENT);
    one.clear(Kind.SEGMENT);
    assertThat(one.text()).isEmpty();
  }
}

package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.belay.worker.task.Troubles.Kind;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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

  /** A store that is out of reach troubles all of them. */
  @Test
  void whatTroublesManyIsLoggedOnceAndThatItIsOverWhenTheLastIsRidOfIt() {
    Logger logger = (Logger) LoggerFactory.getLogger(TroubleLog.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
    try {
      one.set(Kind.CHECKPOINT, "out of reach");
      other.set(Kind.CHECKPOINT, "out of reach");
      one.set(Kind.CHECKPOINT, "out of reach");
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly("job-1/0: out of reach");
      lines.list.clear();
      one.clear(Kind.CHECKPOINT);
      assertThat(lines.list).isEmpty();
      other.clear(Kind.CHECKPOINT);
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly("over for 2 tasks: out of reach");
      one.set(Kind.RESTORE, "no route");
      one.leave();
      assertThat(lines.list).as("a task that ends is not rid of it").hasSize(2);
      other.set(Kind.RESTORE, "no route");
      assertThat(lines.list).hasSize(3);
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(null);
    }
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

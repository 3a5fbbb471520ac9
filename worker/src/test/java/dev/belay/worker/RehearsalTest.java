package dev.belay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RehearsalTest {
  @TempDir Path directory;

  /** Whoever starts a worker would take any line about a job for one about theirs. */
  @RepeatedTest(20)
  void nobodyHearsOfIt() {
    Logger all = (Logger) LoggerFactory.getLogger("dev.belay.worker");
    Level before = all.getLevel();
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    all.addAppender(said);
    all.setLevel(Level.INFO);
    try {
      new Rehearsal(directory, Runnable::run).run();
    } finally {
      all.detachAppender(said);
      all.setLevel(before);
    }
    assertThat(said.list)
        .filteredOn(event -> event.getFormattedMessage().startsWith("rehearsal-1"))
        .isEmpty();
  }
}

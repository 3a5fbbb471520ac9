package dev.belay.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.belay.jobs.cli.view.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a person is told while a command waits for what may hang. */
class NoticeTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Output output =
      new Output(
          new ByteArrayOutputStream(),
          UTF_8,
          new PrintStream(err, true, UTF_8),
          new Terminal(false, false, false, 60),
          false);

  @Test
  void itIsSaidOnceWhenItIsDue() throws Exception {
    AtomicBoolean due = new AtomicBoolean();
    CountDownLatch asked = new CountDownLatch(3);
    try (Notice notice =
        new Notice(
            output,
            () -> {
              asked.countDown();
              return due.get();
            },
            "it hangs")) {
      asked.await();
      assertThat(err.toString(UTF_8)).isEmpty();
      due.set(true);
      await().until(() -> err.size() > 0);
    }
    assertThat(err.toString(UTF_8)).isEqualTo("it hangs\n");
  }
}

package dev.belay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.time.Now;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.worker.task.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a worker finds out that it cannot use the store, and that it can again. */
class StoreAccessTest {
  private final List<Runnable> due = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private @Nullable StoreException failure;
  private Duration silence = Duration.ZERO;
  private int tries;
  private boolean closed;

  private final Ticker ticker =
      new Ticker() {
        @Override
        public Now now() {
          return new Now(0, 0);
        }

        @Override
        public Call after(Duration delay, Runnable action) {
          if (closed) {
            throw new RejectedExecutionException("closed");
          }
          pauses.add(delay);
          due.add(action);
          return () -> due.remove(action);
        }
      };

  private final StoreAccess access =
      new StoreAccess(
          "the store",
          () -> silence,
          () -> {
            tries++;
            if (failure != null) {
              throw failure;
            }
          },
          ticker,
          Runnable::run);

  private void passTime() {
    List<Runnable> now = List.copyOf(due);
    due.clear();
    now.forEach(Runnable::run);
  }

  private void outOfReach() {
    failure = new StoreException(Kind.UNAVAILABLE, "out of reach");
  }

  @Test
  void aMomentsFailureIsNoTrouble() {
    access.failed();
    assertThat(access.trouble()).isEmpty();
    passTime();
    assertThat(access.trouble()).isEmpty();
    assertThat(tries).isOne();
    assertThat(due).as("nobody asks while all goes well").isEmpty();
  }

  @Test
  void anOutageIsTroubleUntilATrySucceedsThoughNobodyWorks() {
    outOfReach();
    access.failed();
    passTime();
    assertThat(access.trouble()).isEqualTo("out of reach");
    failure = new StoreException(Kind.CONFIGURATION, "the credentials have expired");
    passTime();
    assertThat(access.trouble()).isEqualTo("the credentials have expired");
    failure = null;
    passTime();
    assertThat(access.trouble()).isEmpty();
    assertThat(due).isEmpty();
    assertThat(pauses)
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(5));
  }

  /** Its requests fail after minutes; and short tasks are done before they wait for it. */
  @Test
  void silenceIsTroubleBeforeAnythingHasFailed() {
    silence = Duration.ofSeconds(9);
    assertThat(access.trouble()).isEmpty();
    silence = Duration.ofSeconds(10);
    assertThat(access.trouble()).isEqualTo("the store has not answered for over 10 s");
    silence = Duration.ZERO;
    passTime();
    assertThat(access.trouble()).as("a try was answered").isEmpty();
    assertThat(tries).isOne();
  }

  /** A thousand tasks whose requests all fail cause one try at a time. */
  @Test
  void manyFailuresAreOneReasonToTry() {
    outOfReach();
    for (int i = 0; i < 1_000; i++) {
      access.failed();
    }
    passTime();
    access.failed();
    assertThat(tries).isOne();
    assertThat(due).hasSize(1);
  }

  @Test
  void theNextOutageIsFoundToo() {
    access.failed();
    passTime();
    outOfReach();
    access.failed();
    passTime();
    assertThat(access.trouble()).isNotEmpty();
  }

  @Test
  void whatFailedAtTheStartIsToldAtOnce() {
    outOfReach();
    access.failed("it does not answer");
    assertThat(access.trouble()).isEqualTo("it does not answer");
    failure = null;
    passTime();
    assertThat(access.trouble()).isEmpty();
  }

  @Test
  void aWorkerThatShutsDownIsLeftAlone() {
    closed = true;
    access.failed();
    assertThat(due).isEmpty();
  }
}

package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CrewTest {
  private final Crew crew = new Crew();
  private final CompletableFuture<Thread> first = new CompletableFuture<>();
  private final CompletableFuture<Thread> second = new CompletableFuture<>();
  private final CompletableFuture<Thread> third = new CompletableFuture<>();

  @AfterEach
  void close() {
    crew.close();
  }

  private static Runnable noting(CompletableFuture<Thread> who) {
    return () -> who.complete(Thread.currentThread());
  }

  @Test
  void whatTheEndOfAnAttemptBringsAboutIsLivedOnItsThread() throws Exception {
    CompletableFuture<String> name = new CompletableFuture<>();
    crew.live(
        "one",
        noting(first),
        () ->
            crew.live(
                "two",
                () -> {
                  name.complete(Thread.currentThread().getName());
                  second.complete(Thread.currentThread());
                },
                () -> {}));
    assertThat(second.get()).isSameAs(first.get());
    assertThat(name.get()).isEqualTo("two");
  }

  @Test
  void ofTwoAttemptsThatAnEndBringsAboutOneHasAnotherThread() throws Exception {
    CountDownLatch bothBegan = new CountDownLatch(2);
    Runnable waiting =
        () -> {
          bothBegan.countDown();
          awaitUnchecked(bothBegan);
        };
    crew.live(
        "one",
        noting(first),
        () -> {
          crew.live("two", waiting, noting(second));
          crew.live("three", waiting, noting(third));
        });
    assertThat(second.get()).isSameAs(first.get());
    assertThat(third.get()).isNotSameAs(first.get());
  }

  @Test
  void anAttemptBegunInTheMiddleOfAnotherDoesNotWaitForIt() throws Exception {
    crew.live(
        "one",
        () -> {
          crew.live("two", noting(second), () -> {});
          first.complete(second.join());
        },
        () -> {});
    assertThat(first.get()).isNotNull();
  }

  @Test
  void interruptsEndWithTheAttempt() throws Exception {
    CompletableFuture<Boolean> atTheEnd = new CompletableFuture<>();
    crew.live(
        "one",
        () -> Thread.currentThread().interrupt(),
        () -> atTheEnd.complete(Thread.currentThread().isInterrupted()));
    assertThat(atTheEnd.get()).isFalse();
  }

  @Test
  void anEndThatFailsTakesNothingWithIt() throws Exception {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {});
    try {
      crew.live(
          "one",
          () -> {},
          () -> {
            crew.live("two", noting(second), () -> {});
            throw new IllegalStateException("as the test wants it");
          });
      assertThat(second.get()).isNotNull();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.belay.worker.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InputsTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
  private final AtomicInteger turns = new AtomicInteger();
  private final Thread loop = new Thread(this::loop, "loop");
  private final Inputs<String> inputs = new Inputs<>(loop, System::nanoTime);
  private volatile long dueNanos = HOUR;

  private void loop() {
    try {
      while (true) {
        inputs.sleep(inputs.takeTurn(this::turn));
      }
    } catch (InterruptedException e) {
      // The end of the test.
    }
  }

  private long turn() {
    turns.incrementAndGet();
    for (String input = inputs.poll(); input != null; input = inputs.poll()) {
      told.add(input + " by " + Thread.currentThread().getName());
    }
    return System.nanoTime() + dueNanos;
  }

  private void awaitSleep() {
    await().until(() -> loop.getState() == Thread.State.TIMED_WAITING);
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.interrupt();
    loop.join();
  }

  @Test
  void whatIsPutWakesTheLoop() {
    loop.start();
    awaitSleep();
    inputs.put("a");
    await().untilAsserted(() -> assertThat(told).containsExactly("a by loop"));
  }

  @Test
  void whatCanWaitWakesALoopThatWouldSleepForLong() {
    loop.start();
    awaitSleep();
    inputs.putLazily("a");
    await().untilAsserted(() -> assertThat(told).containsExactly("a by loop"));
  }

  @Test
  void theLoopWakesWhenItIsTime() {
    dueNanos = 1_000_000;
    loop.start();
    await().until(() -> turns.get() > 3);
  }

  @Test
  void whoComesToItsEndTakesTheTurnItselfAndWhatWaitedWithIt() throws Exception {
    loop.start();
    awaitSleep();
    int before = turns.get();
    CompletableFuture.runAsync(
            () -> inputs.putAndTake("end", this::turn), task -> new Thread(task, "task").start())
        .get();
    assertThat(told).containsExactly("end by task");
    assertThat(turns.get() - before).as("the loop slept on").isEqualTo(1);
  }

  @Test
  void theLoopSleepsNoLongerThanATurnElsewhereAllows() {
    loop.start();
    awaitSleep();
    dueNanos = 1_000_000;
    int before = turns.get();
    inputs.putAndTake("end", this::turn);
    await().until(() -> turns.get() > before + 3);
  }

  @Test
  void whoComesDuringATurnLeavesItToTheOneThatHasIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread first =
        new Thread(
            () ->
                inputs.putAndTake(
                    "one",
                    () -> {
                      begun.countDown();
                      awaitUnchecked(goOn);
                      return turn();
                    }),
            "first");
    first.start();
    begun.await();
    inputs.putAndTake("two", this::turn);
    assertThat(told).isEmpty();
    goOn.countDown();
    first.join();
    assertThat(told).containsExactly("one by first", "two by first");
    loop.start();
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nothingIsLostOrToldTwiceHoweverManyComeAtOnce() throws InterruptedException {
    loop.start();
    List<Thread> threads = new ArrayList<>();
    int each = 5_000;
    for (int t = 0; t < 3; t++) {
      int kind = t;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  put(kind, kind + "-" + i);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await().untilAsserted(() -> assertThat(told).hasSize(3 * each));
    assertThat(told.stream().map(one -> one.replaceAll(" by .*", ""))).doesNotHaveDuplicates();
  }

  private void put(int kind, String input) {
    switch (kind) {
      case 0 -> inputs.put(input);
      case 1 -> inputs.putLazily(input);
      default -> inputs.putAndTake(input, this::turn);
    }
  }
}

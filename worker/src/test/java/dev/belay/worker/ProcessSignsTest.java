package dev.belay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process finds out about itself. */
class ProcessSignsTest {
  @TempDir Path directory;
  private final AtomicLong storeErrors = new AtomicLong();

  @Test
  void aFileThatAppearsIsANotice() throws Exception {
    Path file = directory.resolve("notice");
    CountDownLatch told = new CountDownLatch(1);
    try (ProcessSigns signs = new ProcessSigns(directory, file, storeErrors::get, () -> "")) {
      signs.start(told::countDown);
      assertThat(signs.get().getPreemption()).isEmpty();
      Files.writeString(file, "terminated\n at 12:00\n");
      assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(signs.get().getPreemption()).isEqualTo("terminated at 12:00");
      signs.notice("another");
      assertThat(signs.get().getPreemption()).as("the first stands").startsWith("terminated");
    }
  }

  @Test
  void anEmptyFileIsANoticeTooAndALongOneIsCut() {
    try (ProcessSigns signs = new ProcessSigns(directory, null, storeErrors::get, () -> "")) {
      signs.notice(" \n");
      assertThat(signs.get().getPreemption()).isNotEmpty();
    }
    try (ProcessSigns signs = new ProcessSigns(directory, null, storeErrors::get, () -> "")) {
      signs.notice("x".repeat(100_000));
      assertThat(signs.get().getPreemption()).hasSizeLessThan(1_000);
    }
  }

  @Test
  void theDiskAndTheStoreAreLookedAt() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    Path file = Files.writeString(directory.resolve("notice"), "x");
    try (ProcessSigns signs = new ProcessSigns(directory, file, storeErrors::get, () -> "")) {
      signs.start(told::countDown);
      assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
      storeErrors.set(3);
      assertThat(signs.get().getDiskTotalBytes()).isPositive();
      assertThat(signs.get().getDiskFreeBytes()).isPositive();
      assertThat(signs.get().getDiskErrors()).isEqualTo(3);
    }
  }
}

package dev.belay.worker;

import dev.belay.runtime.proto.Signs;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How this process fares, for its heartbeats: garbage collection and pauses, the disk under its
 * data directory, failures of its store, and whether its machine is about to be taken away. What
 * may block (files, of which the disk may hang) is looked at by a thread of its own; asking is
 * cheap. Thread-safe.
 */
final class ProcessSigns implements Supplier<Signs>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProcessSigns.class);
  private static final long LOOK_MILLIS = 500;
  private static final int LONGEST_NOTICE = 200;
  private static final String WORDLESS = "a preemption notice without words";

  private final Path data;
  private final @Nullable Path noticeFile;
  private final LongSupplier storeErrors;
  private final Supplier<String> storeTrouble;
  private final PauseMeter pauses = new PauseMeter(System.nanoTime());
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          action -> {
            Thread thread = new Thread(action, "belay-signs");
            thread.setDaemon(true);
            return thread;
          });

  private volatile long diskFree;
  private volatile long diskTotal;
  private volatile boolean diskFailed;
  private volatile long diskFailures;
  private volatile String notice = "";

  /**
   * @param noticeFile one that appears when the machine is about to be taken away; null: none
   * @param storeErrors how often a store on its disk failed, in all
   * @param storeTrouble why one far away cannot be used from here; empty: it can
   */
  ProcessSigns(
      Path data,
      @Nullable Path noticeFile,
      LongSupplier storeErrors,
      Supplier<String> storeTrouble) {
    this.data = data;
    this.noticeFile = noticeFile;
    this.storeErrors = storeErrors;
    this.storeTrouble = storeTrouble;
  }

  /**
   * @param urgent is told of a notice, on any thread
   */
  void start(Runnable urgent) {
    pauses.start();
    var unused =
        looks.scheduleWithFixedDelay(() -> look(urgent), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The machine is about to be taken away; the first notice stands. */
  void notice(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (notice.isEmpty()) {
      notice =
          line.isEmpty() ? WORDLESS : line.substring(0, Math.min(line.length(), LONGEST_NOTICE));
      log.warn("preemption notice: {}", notice);
    }
  }

  @Override
  public Signs get() {
    return Signs.newBuilder()
        .setGcMillis(collectors.stream().mapToLong(it -> Math.max(0, it.getCollectionTime())).sum())
        .setLongestPauseMillis(
            TimeUnit.NANOSECONDS.toMillis(pauses.takeLongestNanos(System.nanoTime())))
        .setDiskFreeBytes(diskFree)
        .setDiskTotalBytes(diskTotal)
        .setDiskErrors(diskFailures + storeErrors.getAsLong())
        .setPreemption(notice)
        .setStore(storeTrouble.get())
        .build();
  }

  private void look(Runnable urgent) {
    lookAtDisk();
    if (notice.isEmpty() && noticeFile != null && lookForNotice(noticeFile)) {
      urgent.run();
    }
  }

  private void lookAtDisk() {
    try {
      FileStore disk = Files.getFileStore(data);
      diskFree = disk.getUsableSpace();
      diskTotal = disk.getTotalSpace();
      diskFailed = false;
    } catch (IOException | RuntimeException e) {
      if (!diskFailed) {
        log.warn("the disk under {} cannot be asked for its space: {}", data, e.getMessage());
      }
      diskFailed = true;
      countDiskFailure();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread alone writes it.
  private void countDiskFailure() {
    diskFailures++;
  }

  /** Returns whether there is one. */
  private boolean lookForNotice(Path file) {
    try (var in = Files.newInputStream(file)) {
      notice(new String(in.readNBytes(LONGEST_NOTICE * 4), StandardCharsets.UTF_8));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      // It is there: whoever made it meant something by it.
      log.debug("the notice {} cannot be read", file, e);
      notice("a preemption notice that cannot be read: " + file);
      return true;
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
    pauses.close();
  }
}

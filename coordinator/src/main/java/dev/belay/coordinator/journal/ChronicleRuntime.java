package dev.belay.coordinator.journal;

import java.util.List;
import java.util.Map;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.onoes.ExceptionHandler;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.rollcycles.SparseRollCycles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens Chronicle queues the one way that is safe here.
 *
 * <p>The clock stands still, so a queue is one file and rolls only when we begin a new generation.
 * The index is so sparse that all of its pages lie at the file's beginning: what an append touches
 * is that beginning and the place where it writes, nothing else.
 */
final class ChronicleRuntime {
  static final RollCycle ROLL_CYCLE = SparseRollCycles.LARGE_HOURLY_XSPARSE;

  /** Mapped, not allocated, at a time; a record may be a quarter of it. */
  static final long BLOCK_BYTES = 64 << 20;

  static final int MOST_RECORD_BYTES = 12 << 20;

  private static final Logger log = LoggerFactory.getLogger(ChronicleRuntime.class);

  /** Chronicle without these crashes, or worse, turns read-only and says nothing. */
  private static final List<String> OPENED =
      List.of("sun.nio.ch", "java.lang.reflect", "java.lang", "java.util", "java.io", "java.nio");

  private static final Map<String, String> PROPERTIES =
      Map.of(
          "chronicle.analytics.disable", "true",
          "chronicle.announcer.disable", "true",
          "chronicle.disk.monitor.disable", "true");

  private ChronicleRuntime() {}

  static ChronicleQueue open(GenerationFiles files) throws JournalException {
    requireOpenModules();
    PROPERTIES.forEach(System::setProperty);
    return Loaded.open(files);
  }

  private static void requireOpenModules() throws JournalException {
    Module base = Object.class.getModule();
    Module self = ChronicleRuntime.class.getModule();
    for (String name : OPENED) {
      if (!base.isOpen(name, self)) {
        throw new JournalException(
            "the journal needs the JVM option --add-opens=java.base/"
                + name
                + "=ALL-UNNAMED: start the coordinator with the belay launcher");
      }
    }
  }

  /** Touches Chronicle's classes, so nothing here may load before the properties are set. */
  private static final class Loaded {
    static {
      ExceptionHandler quiet = (from, message, thrown) -> log.debug("{}", message, thrown);
      ExceptionHandler warn = (from, message, thrown) -> log.warn("{}", message, thrown);
      Jvm.setExceptionHandlers(warn, warn, quiet, quiet);
    }

    static ChronicleQueue open(GenerationFiles files) {
      return ChronicleQueue.singleBuilder(files.directory())
          .rollCycle(ROLL_CYCLE)
          .timeProvider(() -> 0)
          .blockSize(BLOCK_BYTES)
          .checkInterrupts(false)
          .build();
    }
  }
}

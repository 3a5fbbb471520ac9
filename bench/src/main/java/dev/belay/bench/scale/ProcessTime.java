package dev.belay.bench.scale;

import java.lang.management.ManagementFactory;

/** The processor's time of all threads of this process, the JVM's own included. */
final class ProcessTime {
  private ProcessTime() {}

  static long nanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean own
        ? own.getProcessCpuTime()
        : 0;
  }
}

package dev.belay.bench.throughput;

import dev.belay.bench.recovery.ProcessCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The processor's time that each of a cluster's processes has spent since this was made, and on
 * what. For one thread.
 */
final class Costs {
  /**
   * One process's, in nanoseconds.
   *
   * @param application all that is neither of the others
   */
  record Spent(double application, double compilers, double collectors) {
    static final Spent NOTHING = new Spent(0, 0, 0);

    double all() {
      return application + compilers + collectors;
    }

    Spent plus(Spent other) {
      return new Spent(
          application + other.application,
          compilers + other.compilers,
          collectors + other.collectors);
    }

    Spent dividedBy(double parts) {
      return new Spent(application / parts, compilers / parts, collectors / parts);
    }
  }

  private final ProcessCluster cluster;
  private final JvmThreads threads = new JvmThreads();
  private final Map<String, Spent> before;
  private Map<String, Spent> now;

  Costs(ProcessCluster cluster) {
    this.cluster = cluster;
    this.now = Map.of();
    look();
    this.before = now;
  }

  /** To be called now and then, and at the end. */
  void look() {
    threads.look(cluster.pids());
    Map<String, Spent> spent = new HashMap<>();
    cluster.processorTimes().forEach((name, all) -> spent.put(name, split(name, all)));
    now = spent;
  }

  private Spent split(String process, Duration all) {
    double compilers = threads.nanos(process, JvmThreads.Kind.COMPILER);
    double collectors = threads.nanos(process, JvmThreads.Kind.COLLECTOR);
    return new Spent(all.toNanos() - compilers - collectors, compilers, collectors);
  }

  /** Of a process, between the first look and the last. */
  Spent spent(String process) {
    Spent first = before.getOrDefault(process, Spent.NOTHING);
    Spent last = now.getOrDefault(process, Spent.NOTHING);
    return new Spent(
        last.application - first.application,
        last.compilers - first.compilers,
        last.collectors - first.collectors);
  }
}

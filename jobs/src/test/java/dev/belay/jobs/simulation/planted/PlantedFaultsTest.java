package dev.belay.jobs.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.simulation.Options;
import dev.belay.jobs.simulation.Outcome;
import dev.belay.jobs.simulation.Simulation;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.jobs.simulation.faults.Fault;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * That the simulator finds bugs: each of these, planted at a seam or by a double of one class, is
 * caught within ten thousand schedules. Says after how many, and by which rule.
 */
final class PlantedFaultsTest {
  private static final long MOST_SCHEDULES = 10_000;

  /** What it takes to see those that are rare when everything else goes wrong as well. */
  private static final Map<Class<?>, Options> RARE =
      Map.of(
          RefusalFaults.HasStagedFilesRemoved.class,
          only(Fault.NETWORK_SLOW, Fault.WORKER_STOPPED),
          CoreFaults.ForgetsAHalfOnReplay.class,
          only(Fault.COORDINATOR_KILLED, Fault.COORDINATOR_POWER_CUT));

  private static Options only(Fault... faults) {
    return new Options(Set.of(faults), 0, 0, 0);
  }

  @TestFactory
  Stream<DynamicTest> caught() {
    return Stream.of(
            CollectionFaults.class,
            CoreFaults.class,
            JournalFaults.class,
            RefusalFaults.class,
            RestoreFaults.class,
            WorkerFaults.class)
        .flatMap(group -> Stream.of(group.getDeclaredClasses()))
        .filter(Seams.class::isAssignableFrom)
        .map(fault -> fault.asSubclass(Seams.class))
        .sorted((one, other) -> one.getSimpleName().compareTo(other.getSimpleName()))
        .map(fault -> DynamicTest.dynamicTest(fault.getSimpleName(), () -> isCaught(fault)));
  }

  private static void isCaught(Class<? extends Seams> fault) throws ReflectiveOperationException {
    Constructor<? extends Seams> made = fault.getDeclaredConstructor();
    Options options = RARE.getOrDefault(fault, Options.DEFAULT);
    for (long seed = 1; seed <= MOST_SCHEDULES; seed++) {
      Outcome outcome = Simulation.run(seed, options, made.newInstance(), line -> {});
      Throwable failure = outcome.failure();
      if (failure != null) {
        System.out.printf(
            "%s: caught after %d schedules: %s%n",
            fault.getSimpleName(), seed, failure.getMessage());
        return;
      }
    }
    assertThat(fault).as("was not caught").isNull();
  }
}

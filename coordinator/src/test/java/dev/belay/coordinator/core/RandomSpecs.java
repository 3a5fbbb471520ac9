package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.Placement;
import dev.belay.runtime.wire.Labels;
import java.util.List;
import java.util.Random;

/** What jobs wish and workers are, at random; workers called a and b have all that any job asks. */
final class RandomSpecs {
  private final Random random;

  RandomSpecs(Random random) {
    this.random = random;
  }

  /**
   * @param jobs how many there are already
   */
  JobSpec job(int jobs) {
    JobSpec.Builder spec = TestCluster.spec().toBuilder();
    if (random.nextBoolean()) {
      spec.addOutputs("/out");
    }
    if (random.nextBoolean()) {
      spec.setOnPoison(OnPoison.ON_POISON_CONTINUE);
    }
    if (random.nextBoolean()) {
      spec.setPlacement(Placement.forNumber(random.nextInt(4)));
    }
    if (random.nextInt(3) == 0) {
      spec.setPriority(random.nextInt(3) - 1);
    }
    if (random.nextInt(4) == 0) {
      spec.setMaxRunning(1 + random.nextInt(2));
    }
    if (random.nextInt(4) == 0) {
      spec.addRequire(Labels.of("zone", random.nextBoolean() ? "a" : "b"));
    }
    if (random.nextBoolean()) {
      spec.setKeepCheckpoints(random.nextInt(5));
    }
    if (random.nextInt(6) == 0) {
      spec.setKeepForMillis(random.nextInt(3) * 30_000L);
    }
    if (jobs > 0 && random.nextInt(6) == 0) {
      spec.addAfter("job-" + (1 + random.nextInt(jobs)));
    }
    return spec.build();
  }

  TestWorker worker(TestCluster cluster, String name, String incarnation) {
    TestWorker worker = new TestWorker(cluster, name, incarnation, 1 + random.nextInt(3));
    worker.host = "host" + random.nextInt(2);
    worker.queue = random.nextInt(3);
    worker.labels = labels(name);
    return worker;
  }

  private static List<Label> labels(String name) {
    return List.of(Labels.of("zone", name));
  }

  /** One of so many is for good. */
  Failed.Kind failure(int of) {
    return switch (random.nextInt(of)) {
      case 0 -> Failed.Kind.PERMANENT;
      case 1 -> Failed.Kind.OUT_OF_MEMORY;
      default -> Failed.Kind.APPLICATION;
    };
  }
}

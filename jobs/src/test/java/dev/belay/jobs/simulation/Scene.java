package dev.belay.jobs.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.simulation.check.Checker.Ending;
import dev.belay.jobs.simulation.cluster.Cluster;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.jobs.simulation.cluster.User;
import dev.belay.jobs.simulation.job.Range;
import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.jobs.simulation.machine.Counts;
import dev.belay.jobs.simulation.machine.World;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.simulation.Chance;
import dev.belay.runtime.simulation.Trace;
import dev.belay.runtime.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A simulated cluster with a script instead of chance; what is said in it makes a transcript. */
final class Scene {
  private static final long PATIENCE_NANOS = 300_000_000_000L;
  private static final int NUMBERS_A_SECOND = 100;

  final VirtualTime time = new VirtualTime();
  final Cluster cluster;
  final User user;
  private final List<String> lines = new ArrayList<>();
  private int jobs;

  Scene(String... workers) {
    Chance chance = new Chance(1);
    World world = new World(time, new Trace(time, lines::add), chance, new Counts());
    cluster = new Cluster(world, new Seams(), true);
    user = new User(cluster);
    cluster.startCoordinator();
    for (String worker : workers) {
      cluster.addWorker(worker, 1, 0, 100);
      cluster.startWorker(worker);
    }
  }

  /** Something happens at a time, in seconds. */
  Scene at(double seconds, Runnable action) {
    time.afterMillis(Math.round(seconds * 1_000), action);
    return this;
  }

  /** A job of partitions that take so many seconds each, with a checkpoint a second. */
  RangeJob job(String name, double... seconds) {
    return job(name, false, spec -> spec, seconds);
  }

  RangeJob job(
      String name, boolean splittable, UnaryOperator<JobSpec.Builder> change, double... seconds) {
    List<Range> partitions = new ArrayList<>();
    long from = 0;
    for (double one : seconds) {
      long to = from + Math.round(one * NUMBERS_A_SECOND);
      partitions.add(new Range(from, to));
      from = to;
    }
    JobSpec.Builder spec = RangeJob.spec(name).setCheckpointIntervalMillis(1_000);
    return new RangeJob(
        name,
        name.hashCode(),
        partitions,
        1_000_000 / NUMBERS_A_SECOND,
        splittable,
        List.of(),
        Map.of(),
        Map.of(),
        change.apply(spec).build());
  }

  /** A job of one partition that can be split, and one number of which throws, to be left out. */
  RangeJob poisoned(String name, long number, double seconds) {
    RangeJob sound =
        job(name, true, spec -> spec.setOnPoison(OnPoison.ON_POISON_CONTINUE), seconds);
    return new RangeJob(
        name,
        sound.salt(),
        sound.partitions(),
        sound.micros(),
        true,
        List.of(number),
        Map.of(),
        Map.of(),
        sound.spec());
  }

  void submit(RangeJob job) {
    jobs++;
    user.submit(job);
  }

  /** Goes on until all jobs have ended and nobody is at work. */
  Scene play() {
    time.run(() -> jobs > 0 && user.knowsAll(jobs), PATIENCE_NANOS);
    boolean ended =
        time.run(() -> cluster.checker().allEnded() && cluster.isIdle(), PATIENCE_NANOS);
    assertThat(ended).as("everything ends: %s", cluster.checker().unfinished()).isTrue();
    return this;
  }

  void allSucceeded() {
    for (Ending ending : cluster.checker().endings()) {
      assertThat(ending.state()).as(ending.toString()).isEqualTo(JobState.JOB_SUCCEEDED);
      assertThat(cluster.jobs().outputIsRight(ending.name(), ending.leftOut())).isTrue();
    }
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }
}

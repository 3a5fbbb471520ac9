package dev.belay.jobs.simulation.cluster;

import dev.belay.jobs.simulation.check.Checker;
import dev.belay.jobs.simulation.job.Range;
import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.jobs.simulation.machine.OutputFiles;
import dev.belay.jobs.simulation.machine.World;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was submitted, by name: what its code does wrong, and what its output must be. */
public final class SubmittedJobs implements Checker.Jobs {
  private final World world;
  private final OutputFiles files;
  private final Map<String, RangeJob> jobs = new LinkedHashMap<>();
  private final Map<String, Integer> happened = new HashMap<>();

  SubmittedJobs(World world, OutputFiles files) {
    this.world = world;
    this.files = files;
  }

  public void add(RangeJob job) {
    jobs.put(job.name(), job);
  }

  public RangeJob job(String name) {
    RangeJob job = jobs.get(name);
    if (job == null) {
      throw new IllegalStateException("no job is called " + name);
    }
    return job;
  }

  boolean stumbles(RangeJob job, long number) {
    if (job.poison().contains(number)) {
      world.injected().add("poison of the job");
      return true;
    }
    return happens("error of the job", job, number, job.stumbles());
  }

  boolean hangs(RangeJob job, long number) {
    return happens("hang of the job", job, number, job.hangs());
  }

  /** So often at a number, and then no more. */
  private boolean happens(String what, RangeJob job, long number, Map<Long, Integer> times) {
    String place = what + " " + job.name() + "/" + number;
    int before = happened.getOrDefault(place, 0);
    if (before >= times.getOrDefault(number, 0)) {
      return false;
    }
    happened.put(place, before + 1);
    world.injected().add(what);
    return true;
  }

  /** Whether a job's output is there, and what it must be. */
  @Override
  public boolean outputIsRight(String name, List<Checker.Covered> without) {
    RangeJob job = job(name);
    List<Range> gaps = without.stream().map(it -> job.covered(it.index(), it.bounds())).toList();
    return job.expected(gaps).equals(files.read(job.target())) && files.read(job.marker()) != null;
  }

  @Override
  public String wronged(String name, Checker.Covered what, String error) {
    RangeJob job = job(name);
    return job.wronged(job.covered(what.index(), what.bounds()), error);
  }
}

package dev.belay.jobs.cli;

import dev.belay.runtime.job.Job;
import java.util.Collection;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The jobs whose code is on the class path, by name. */
public final class JobCatalog {
  private final Map<String, Job> byName = new TreeMap<>();

  /**
   * @throws CliException if two have the same name
   */
  public JobCatalog(Iterable<Job> jobs) {
    for (Job job : jobs) {
      Job other = byName.put(job.name(), job);
      if (other != null && other.getClass() != job.getClass()) {
        throw CliException.usage(
            "two jobs are called \""
                + job.name()
                + "\": "
                + other.getClass().getName()
                + " and "
                + job.getClass().getName()
                + "; rename one, or take it off BELAY_CLASSPATH");
      }
    }
  }

  /** The ready-made ones, and those that {@code BELAY_CLASSPATH} adds. */
  public static JobCatalog load() {
    try {
      return new JobCatalog(ServiceLoader.load(Job.class));
    } catch (ServiceConfigurationError e) {
      throw new CliException(
          ExitCode.USAGE, "a job on BELAY_CLASSPATH cannot be loaded: " + e.getMessage(), e);
    }
  }

  public Collection<Job> all() {
    return byName.values();
  }

  /**
   * @throws CliException naming the known ones
   */
  public Job named(String name) {
    Job job = byName.get(name);
    if (job == null) {
      throw CliException.usage(
          "unknown job \""
              + name
              + "\"; known are "
              + String.join(", ", byName.keySet())
              + " (a job of your own: put its jar on BELAY_CLASSPATH)");
    }
    return job;
  }
}

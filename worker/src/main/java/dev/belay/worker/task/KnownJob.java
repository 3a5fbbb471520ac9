package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Parameter;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.plan.PlanFile;
import dev.belay.storage.state.StateCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What all tasks of a submitted job have in common and is costly to make: its code and parameters,
 * the codecs of its types, its opened plan. Thread-safe.
 */
final class KnownJob {
  /** Part of keys and of file names. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

  private record Opened(ObjectRef reference, PlanFile file) {}

  private final JobSpec spec;
  private final Job job;
  private final Parameters parameters;
  private final Map<List<Class<?>>, StateCodec> codecs = new ConcurrentHashMap<>();
  private volatile @Nullable Opened plan;

  private KnownJob(JobSpec spec, Job job, Parameters parameters) {
    this.spec = spec;
    this.job = job;
    this.parameters = parameters;
  }

  /**
   * Looks at a job as it was submitted.
   *
   * @throws BadInputException if it cannot run here
   */
  static KnownJob of(String id, JobSpec spec, Map<String, Job> jobs) {
    if (!ID.matcher(id).matches()) {
      throw new BadInputException("\"" + id + "\" is no job's id; the coordinator is damaged");
    }
    Job job = jobs.get(spec.getJob());
    if (job == null) {
      throw new BadInputException(
          "this worker has no code for job \"" + spec.getJob() + "\"; it has " + jobs.keySet());
    }
    Map<String, String> given = new LinkedHashMap<>();
    for (Parameter parameter : spec.getParametersList()) {
      given.put(parameter.getKey(), parameter.getValue());
    }
    return new KnownJob(spec, job, Parameters.of(job, given));
  }

  boolean isOf(JobSpec other) {
    return spec.equals(other);
  }

  Job job() {
    return job;
  }

  Parameters parameters() {
    return parameters;
  }

  /** For states or splits of these types, and the types that the job registers. */
  StateCodec codec(List<Class<?>> types) {
    return codecs.computeIfAbsent(
        List.copyOf(types), any -> StateCodec.of(job.stateTypes(), types.toArray(new Class<?>[0])));
  }

  /** The plan, opened once: its index is verified then, each chunk when it is read. */
  PlanFile plan(ObjectStore store, ObjectRef reference) throws StoreException {
    Opened known = plan;
    if (known == null || !known.reference.equals(reference)) {
      known = new Opened(reference, PlanFile.open(store, reference));
      plan = known;
    }
    return known.file;
  }
}

package dev.belay.runtime.job;

import java.util.List;

/**
 * A batch job: how to cut the input into splits, how to work through one of them, and what to
 * publish at the end.
 *
 * <p>Each of the three steps is leased to a worker and is begun again elsewhere when that worker
 * goes away: {@link #plan} and {@link #publish} from their start, {@link #run} from its latest
 * checkpoint. Two attempts at the same step may overlap in time, since a worker that was cut off
 * learns late that it lost its lease; Belay lets only one of them count. One instance serves many
 * tasks on many threads, so it keeps its state in the task, not in fields.
 */
public interface Job {
  /** What users submit it by: lower-case letters, digits and dashes. */
  String name();

  /** One line for people. */
  String description();

  /** The parameters it takes; any other is refused at submit. */
  List<ParameterSpec> parameters();

  /**
   * Refuses early what could not succeed: called before the job is submitted, where the submitter
   * sees the same files as the workers, and again by the framework before {@link #plan}. Has no
   * effect on anything.
   *
   * @throws BadInputException with one line that says what is wrong and how to mend it
   */
  default void check(Parameters parameters) {}

  /** The output paths that this job will write: no other unfinished job may claim one of them. */
  default List<String> outputs(Parameters parameters) {
    return List.of();
  }

  /**
   * The classes, beside the state class itself, that may occur in a state or a split. Only what is
   * registered is ever deserialised. The JDK's usual collections, strings, boxes and primitive
   * arrays always are.
   */
  default List<Class<?>> stateTypes() {
    return List.of();
  }

  /** Cuts the input into splits. May run more than once; only one plan counts. */
  void plan(Planning planning) throws Exception;

  /**
   * Works through one split, on one thread, whose name, priority and context class loader are the
   * worker's. The thread may have worked through other splits before, and its {@link ThreadLocal}s
   * are as those left them: what has to end with a split is removed before this returns.
   */
  void run(Task task) throws Exception;

  /** Runs once all partitions have succeeded: sets the job's result, writes its output. */
  default void publish(Publication publication) throws Exception {}
}

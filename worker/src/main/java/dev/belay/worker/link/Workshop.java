package dev.belay.worker.link;

import dev.belay.worker.task.Reporter;
import dev.belay.worker.task.TaskStarter;
import java.io.IOException;

/** Where the work is done: opened at the first contact, when the cluster's store is known. */
@FunctionalInterface
public interface Workshop {
  /**
   * Called once, on a thread of its own; interrupted if the worker ends meanwhile.
   *
   * @param cluster the cluster's id, the root of all that lies in its store
   * @param store the store's URL
   * @throws IOException with one line for people: this worker cannot use the store
   */
  TaskStarter open(String cluster, String store, Reporter reporter) throws IOException;
}

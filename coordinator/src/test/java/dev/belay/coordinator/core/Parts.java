package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.ObjectRef;
import java.util.List;

/** Workers, jobs and leases by themselves, for tests of what needs no cluster around it. */
final class Parts {
  static final long SECOND = 1_000_000_000L;

  private Parts() {}

  /** One that is connected and has the code of {@link TestCluster#spec}. */
  static WorkerRecord worker(String name, String host, int slots) {
    return worker(hello(name, host, slots));
  }

  static WorkerRecord worker(Hello.Builder hello) {
    WorkerRecord worker = WorkerRecord.joined(hello.build(), new Rhythm(2 * SECOND, 5 * SECOND));
    worker.stream = 1;
    return worker;
  }

  static Hello.Builder hello(String name, String host, int slots) {
    return Hello.newBuilder()
        .setName(name)
        .setIncarnation(name + "-1")
        .setHost(host)
        .setSlots(slots)
        .addJobs("count");
  }

  /** One that runs, with so many partitions of weight 1 that were never assigned. */
  static JobRecord job(int partitions) {
    JobRecord job = new JobRecord("job-1", "key", TestCluster.spec(), "", 1, 0);
    job.plan(ObjectRef.getDefaultInstance(), partitions, List.of());
    job.state = JobState.JOB_RUNNING;
    return job;
  }

  /** The lease of a task that is out from now on. */
  static Hold held(TaskRecord task, String worker) {
    task.hold = new Hold(task, ++task.epochCounter, worker, worker + "-1");
    task.lineCounter = task.epochCounter;
    return task.hold;
  }
}

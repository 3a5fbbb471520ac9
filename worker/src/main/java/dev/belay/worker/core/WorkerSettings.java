package dev.belay.worker.core;

import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.wire.Protocol;
import java.util.List;
import java.util.Set;

/**
 * Who the worker is, and how patient.
 *
 * @param coordinator where the coordinator is, for messages to people
 * @param incarnation random, drawn when the process starts
 * @param queue how many leases it may hold beyond its slots, while work is quick
 * @param pid of this process, for people
 * @param host of this process, for people
 * @param jobs the names of the jobs whose code it has
 * @param labels what jobs may require of a worker
 * @param version of the software, for people
 */
public record WorkerSettings(
    String coordinator,
    String name,
    String incarnation,
    int slots,
    int queue,
    long pid,
    String host,
    List<String> jobs,
    List<Label> labels,
    String version,
    Patience patience) {
  public WorkerSettings {
    jobs = List.copyOf(jobs);
    labels = List.copyOf(labels);
  }

  /** How this worker introduces itself; an empty cluster at its first contact. */
  Hello hello(String cluster, Set<Lease> held, boolean draining) {
    return Hello.newBuilder()
        .setProtocol(Protocol.VERSION)
        .setCluster(cluster)
        .setName(name)
        .setIncarnation(incarnation)
        .setSlots(slots)
        .setQueue(queue)
        .setPid(pid)
        .setHost(host)
        .addAllJobs(jobs)
        .addAllLabels(labels)
        .addAllHeld(held)
        .setDraining(draining)
        .setVersion(version)
        .build();
  }

  /**
   * How long to wait for what.
   *
   * @param firstContactMillis for the coordinator to be reached at all, before giving up
   * @param helloMillis from dialling to the Welcome, before dialling anew
   * @param silenceMillis without an acknowledged heartbeat, before dialling anew
   * @param resendMillis for an answer to a report, before it is sent again
   * @param drainMillis for everything to be given back
   */
  public record Patience(
      long firstContactMillis,
      long helloMillis,
      long silenceMillis,
      long resendMillis,
      long drainMillis) {
    public static final Patience DEFAULT = new Patience(60_000, 5_000, 5_000, 5_000, 25_000);

    public Patience withFirstContactMillis(long millis) {
      return new Patience(millis, helloMillis, silenceMillis, resendMillis, drainMillis);
    }

    public Patience withDrainMillis(long millis) {
      return new Patience(firstContactMillis, helloMillis, silenceMillis, resendMillis, millis);
    }
  }
}

package dev.belay.runtime.lease;

import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskId;
import java.nio.charset.StandardCharsets;

/**
 * The sum of a set of leases, by which a worker and the coordinator tell that they mean the same
 * set. Adding and removing a lease are one addition each, in any order: the digest of a set is the
 * wrapping sum of its members' hashes. It guards against lost and reordered messages, not against
 * an adversary.
 */
public final class DesiredDigest {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private DesiredDigest() {}

  public static long of(Iterable<Lease> leases) {
    long sum = 0;
    for (Lease lease : leases) {
      sum += of(lease);
    }
    return sum;
  }

  /**
   * FNV-1a over the lease's fields, then the finalizer of MurmurHash3, so that sums of neighbours
   * do not collide.
   */
  public static long of(Lease lease) {
    return of(lease.getTask(), lease.getEpoch().getGeneration(), lease.getEpoch().getCounter());
  }

  /** As {@link #of(Lease)}, of the lease of a task under an epoch. */
  public static long of(TaskId task, int generation, long counter) {
    long hash = FNV_OFFSET;
    for (byte octet : task.getJob().getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ task.getKindValue()) * FNV_PRIME;
    hash = (hash ^ task.getIndex()) * FNV_PRIME;
    hash = (hash ^ generation) * FNV_PRIME;
    hash = (hash ^ counter) * FNV_PRIME;
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}

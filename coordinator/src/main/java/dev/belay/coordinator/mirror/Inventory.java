package dev.belay.coordinator.mirror;

import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.coordinator.mirror.MirrorStore.Stored;
import dev.belay.coordinator.mirror.MirrorStore.Wanted;
import dev.belay.runtime.proto.JobEntry;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Goes through all that a snapshot keeps alive, job by job: what the mirror lacks is copied, and
 * what it has although nothing needs it any more is noted. For one thread, once.
 */
final class Inventory {
  private final String cluster;
  private final MirrorStore store;
  private final Persistence persistence;
  private final Copies copies;
  private final Set<String> jobs;
  private final List<String> orphans;

  /** What the mirror has of the job at hand, as far as nothing was found to need it. */
  private final Set<String> unneeded = new LinkedHashSet<>();

  /**
   * @param jobs prefixes of the jobs that may have objects in the mirror
   * @param orphans where unneeded objects are noted
   */
  Inventory(
      String cluster,
      MirrorStore store,
      Persistence persistence,
      Copies copies,
      Set<String> jobs,
      List<String> orphans) {
    this.cluster = cluster;
    this.store = store;
    this.persistence = persistence;
    this.copies = copies;
    this.jobs = jobs;
    this.orphans = orphans;
  }

  /** The prefix of all keys of the job that an object belongs to. */
  static String jobOf(String key) {
    int job = key.indexOf('/') + 1;
    return key.substring(0, key.indexOf('/', job) + 1);
  }

  /** Returns when all copies are begun, and most are done. */
  void take(SnapshotImage snapshot) throws InterruptedException, IOException {
    SnapshotObjects objects = new SnapshotObjects(this::job, this::live, unneeded::remove);
    try {
      snapshot.entries(objects::accept);
    } catch (Interruption e) {
      throw e.cause;
    }
    endJob();
  }

  private void job(JobEntry job) {
    endJob();
    String prefix = cluster + "/" + job.getJob() + "/";
    // An ended job's objects went when this was mirrored: there may be thousands of such jobs.
    boolean asked = !SnapshotObjects.isGone(job) || job.getReleasedAll() || jobs.remove(prefix);
    if (asked) {
      try {
        for (Stored stored : persistence.until(() -> store.list(prefix))) {
          unneeded.add(stored.key());
        }
      } catch (InterruptedException e) {
        throw new Interruption(e);
      }
    }
  }

  private void endJob() {
    orphans.addAll(unneeded);
    unneeded.clear();
  }

  private void live(Wanted object) {
    jobs.add(jobOf(object.key()));
    if (unneeded.remove(object.key())) {
      copies.found(object.key());
      return;
    }
    try {
      copies.begin(object);
    } catch (InterruptedException e) {
      throw new Interruption(e);
    }
  }

  /** Through those who do not know of it. */
  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial")
    private final InterruptedException cause;

    Interruption(InterruptedException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}

package dev.belay.coordinator.core;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JobGarbage;
import dev.belay.runtime.proto.StoredObject;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of the objects that lie in the store are nobody's: stored under a lease that is over for
 * good ({@link Closing}), and named by no checkpoint, plan or completion. That stays so for ever: a
 * commit may name only what it has stored under its own lease, or what checkpoints name that are
 * kept. So however old the list of what lies there is, and whoever else collects, nothing that is
 * needed is ever deleted.
 *
 * <p>Of objects of other clusters, of jobs that this journal does not know and under names that no
 * worker gives nothing is known, so they are left alone.
 */
final class Orphans {
  /**
   * Below the job: a partition or the plan, the epoch of the lease, and of a checkpoint its
   * sequence.
   */
  private static final Pattern NAME =
      Pattern.compile("(?:p(\\d{1,9})|plan)/(\\d{1,9})-(\\d{1,18})-(?:(\\d{1,18})-)?.+");

  private final ClusterState state;
  private final Garbage garbage;

  Orphans(ClusterState state, Garbage garbage) {
    this.state = state;
    this.garbage = garbage;
  }

  /** What is found of a job in one part of the list. */
  private static final class Pile {
    final JobGarbage.Builder sum = JobGarbage.newBuilder();
    final List<String> keys = new ArrayList<>();
  }

  Decision collect(Command command, Collect collect, Now now) {
    Map<JobRecord, Pile> piles = new LinkedHashMap<>();
    Map<TaskRecord, Set<String>> named = new LinkedHashMap<>();
    for (StoredObject object : collect.getObjectsList()) {
      add(object, piles, named);
    }
    Collected.Builder reply = Collected.newBuilder().setCluster(state.cluster);
    for (String key : collect.getUnfinishedList()) {
      JobRecord job = job(key);
      if (job != null && (job.objectsGone || owner(job, key, false) != null)) {
        Pile pile = piles.computeIfAbsent(job, one -> new Pile());
        pile.sum.setUploads(pile.sum.getUploads() + 1);
        reply.addAbandon(key);
      }
    }
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    piles.forEach(
        (job, pile) -> {
          reply.addJobs(pile.sum.setJobId(job.id));
          if (!collect.getDryRun()) {
            release(draft, job, pile);
          }
        });
    return draft.then(new Effect.Reply(command.getRequest(), reply.build())).done();
  }

  private void add(
      StoredObject object, Map<JobRecord, Pile> piles, Map<TaskRecord, Set<String>> named) {
    JobRecord job = job(object.getKey());
    if (job != null && isGarbage(job, object.getKey(), named)) {
      Pile pile = piles.computeIfAbsent(job, one -> new Pile());
      pile.sum
          .setObjects(pile.sum.getObjects() + 1)
          .setBytes(pile.sum.getBytes() + object.getLength());
      pile.keys.add(object.getKey());
    }
  }

  private boolean isGarbage(JobRecord job, String key, Map<TaskRecord, Set<String>> named) {
    if (job.objectsGone || job.released.contains(key)) {
      return true;
    }
    TaskRecord owner = owner(job, key, true);
    // What a line needed that was only given up: see Core's place.
    return owner != null
        && !job.litter.contains(key)
        && !named.computeIfAbsent(owner, CheckpointRules::named).contains(key);
  }

  /** What is on its way out already is not released again. */
  private void release(Decision.Draft draft, JobRecord job, Pile pile) {
    if (pile.keys.isEmpty()) {
      return;
    }
    if (!job.objectsGone) {
      garbage.release(
          draft, job, pile.keys.stream().filter(key -> !job.released.contains(key)).toList());
    } else if (!job.releasedAll) {
      garbage.releaseAll(draft, job);
    }
  }

  private @Nullable JobRecord job(String key) {
    String root = state.cluster + "/";
    int end = key.indexOf('/', root.length());
    return key.startsWith(root) && end > 0 ? state.job(key.substring(root.length(), end)) : null;
  }

  /**
   * The task under whose lease it was stored, if that is over for good; null otherwise.
   *
   * @param tries whether of a lease that is out those tries count at a checkpoint of which another
   *     one counted
   */
  private @Nullable TaskRecord owner(JobRecord job, String key, boolean tries) {
    Matcher name = NAME.matcher(key.substring(state.prefix(job).length() + 1));
    if (!name.matches()) {
      return null;
    }
    TaskRecord task =
        name.group(1) == null
            ? job.planning
            : Integer.parseInt(name.group(1)) < job.partitions.length
                ? job.partitions[Integer.parseInt(name.group(1))]
                : null;
    return task != null && isOver(task, name, tries) ? task : null;
  }

  private static boolean isOver(TaskRecord task, Matcher name, boolean tries) {
    long generation = Long.parseLong(name.group(2));
    long counter = Long.parseLong(name.group(3));
    Hold hold =
        generation == Integer.toUnsignedLong(task.job.epochGeneration)
            ? task.heldUnder(Epochs.of(task.job.epochGeneration, counter))
            : null;
    return hold == null
        ? Closing.isOver(task, generation, counter)
        : tries
            && task.isPartition()
            && name.group(4) != null
            && Long.parseLong(name.group(4)) <= hold.lastSequence;
  }
}

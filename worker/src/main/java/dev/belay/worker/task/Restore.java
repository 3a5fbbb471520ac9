package dev.belay.worker.task;

import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointUnusable;
import dev.belay.runtime.proto.CheckpointUnusable.Reason;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.text.Age;
import dev.belay.storage.StoreException;
import dev.belay.storage.cache.LocalCache;
import dev.belay.storage.checkpoint.Basis;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.checkpoint.StoredCheckpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a partition goes on: at the newest checkpoint of its assignment that can be read.
 *
 * <p>Progress goes back only by a decision that is on record: each checkpoint that turns out to be
 * lost is reported, and the next is tried once that counts. A store out of reach says nothing about
 * what it holds, so it is waited for. For the attempt's thread.
 */
final class Restore {
  private static final Logger log = LoggerFactory.getLogger(Restore.class);

  private final Assignment assignment;
  private final StateFormat states;
  private final CheckpointStore store;
  private final LocalCache cache;
  private final Control control;
  private final Patience patience;
  private final StoreCalls calls;

  Restore(
      Assignment assignment,
      StateFormat states,
      CheckpointStore store,
      LocalCache cache,
      Control control,
      Patience patience,
      StoreCalls calls) {
    this.assignment = assignment;
    this.states = states;
    this.store = store;
    this.cache = cache;
    this.control = control;
    this.patience = patience;
    this.calls = calls;
  }

  /**
   * A state, and where it comes from.
   *
   * @param basis what the next checkpoint need not write again
   */
  record Restored<S>(Checkpoint checkpoint, S state, Basis basis) {}

  /** Null: from the very start. */
  <S> @Nullable Restored<S> latest(Class<S> type) {
    for (Checkpoint checkpoint : assignment.getCheckpointsList()) {
      checkAge(checkpoint);
      Restored<S> restored = read(checkpoint, type);
      if (restored != null) {
        return restored;
      }
    }
    boolean restart = assignment.getSpec().getOnLostCheckpoints() == OnLostCheckpoints.RESTART;
    if (assignment.getCheckpointsCount() > 0 && !restart) {
      throw control.fail(
          Failures.permanent(
              "none of its checkpoints can be read: 'belay retry "
                  + assignment.getLease().getTask().getJob()
                  + "' tries them again, 'belay restart' with --from-scratch begins anew; a job"
                  + " submitted with --on-lost-checkpoints restart does so by itself",
              null));
    }
    return null;
  }

  /** What a state refers to outside may have gone on: how old it may be, the user has said. */
  private void checkAge(Checkpoint checkpoint) {
    long most = assignment.getSpec().getMaxCheckpointAgeMillis();
    long age = control.ticker().now().wallMillis() - checkpoint.getCreatedMillis();
    if (most != 0 && age > most) {
      String job = assignment.getLease().getTask().getJob();
      throw control.fail(
          Failures.permanent(
              "its checkpoint %d is %s old, and --max-checkpoint-age is %s: 'belay retry %s"
                      .formatted(checkpoint.getSequence(), Age.of(age), Age.of(most), job)
                  + " --max-checkpoint-age any' goes on from it, 'belay restart %s --from-scratch'"
                      .formatted(job)
                  + " begins anew",
              null));
    }
  }

  /** Null if the checkpoint is lost, and that counts. */
  private <S> @Nullable Restored<S> read(Checkpoint checkpoint, Class<S> type) {
    boolean cached = true;
    while (true) {
      control.checkOrRelease();
      try {
        Restored<S> restored = calls.await(() -> readNow(checkpoint, type));
        patience.over();
        return restored;
      } catch (StoreException e) {
        switch (e.kind()) {
          case UNAVAILABLE, CONFIGURATION ->
              patience.waitForStore(
                  "checkpoint " + checkpoint.getSequence() + " cannot be read: " + e.getMessage());
          case MISSING -> {
            return lost(checkpoint, Reason.MISSING, e);
          }
          case CORRUPT -> {
            // Once: what is read from the store is cached again, damaged or not.
            if (cached && cache.forget(checkpoint.getReferencesList())) {
              cached = false;
              log.warn(
                  "Checkpoint {} is damaged as it was read, maybe here: read once more, from the"
                      + " store: {}",
                  checkpoint.getSequence(),
                  e.getMessage());
              continue;
            }
            return lost(checkpoint, Reason.CORRUPT, e);
          }
          case INCOMPATIBLE, EXISTS -> throw control.fail(Failures.of(e));
        }
      }
    }
  }

  private <S> Restored<S> readNow(Checkpoint checkpoint, Class<S> type) throws StoreException {
    StoredCheckpoint stored = store.open(checkpoint);
    return new Restored<>(checkpoint, states.read(stored, type), stored.asBasis());
  }

  private <S> @Nullable Restored<S> lost(
      Checkpoint checkpoint, Reason reason, StoreException cause) {
    log.warn("Checkpoint {} is lost: {}", checkpoint.getSequence(), cause.getMessage());
    patience.over();
    control.reportAndWait(
        Report.newBuilder()
            .setUnusable(
                CheckpointUnusable.newBuilder()
                    .setSequence(checkpoint.getSequence())
                    .setReason(reason)
                    .setMessage(Failures.line(String.valueOf(cause.getMessage())))));
    return null;
  }
}

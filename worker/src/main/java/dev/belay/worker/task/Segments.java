package dev.belay.worker.task;

import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Segment;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.segment.SegmentSpool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a partition so far, in the order in which it was closed: what the checkpoint that
 * was restored lists, and what this attempt has written since.
 *
 * <p>A segment is spooled while it is written, and its upload begins when it is closed. An upload
 * that the store cannot take now is tried again, under a new key, until the attempt ends; only so
 * many wait at a time, and closing one more waits for the oldest. For the attempt's thread.
 */
final class Segments {
  private static final Logger log = LoggerFactory.getLogger(Segments.class);

  /** All of them are listed in every checkpoint. */
  private static final int LIMIT = 4096;

  private final Assignment assignment;
  private final Scratch scratch;
  private final ObjectStore store;
  private final Background background;
  private final Control control;
  private final TaskSettings settings;
  private final List<CompletableFuture<Segment>> closed = new ArrayList<>();
  private int number;

  Segments(
      Assignment assignment,
      Scratch scratch,
      ObjectStore store,
      Background background,
      Control control,
      TaskSettings settings) {
    this.assignment = assignment;
    this.scratch = scratch;
    this.store = store;
    this.background = background;
    this.control = control;
    this.settings = settings;
  }

  /** Goes on from a checkpoint. */
  void resume(List<Segment> before) {
    before.forEach(segment -> closed.add(CompletableFuture.completedFuture(segment)));
  }

  SegmentWriter begin(String name) {
    if (closed.size() >= LIMIT) {
      throw new IllegalStateException(
          "a partition has at most " + LIMIT + " segments; write larger ones");
    }
    SegmentSpool spool = new SegmentSpool(scratch.path());
    return new SegmentOutput(spool, control::check, () -> upload(name, spool));
  }

  private void upload(String name, SegmentSpool spool) {
    Upload upload = new Upload(name, ++number, spool);
    closed.add(upload.done);
    upload.start();
    List<CompletableFuture<Segment>> waiting =
        closed.stream().filter(future -> !future.isDone()).toList();
    if (waiting.size() > settings.uploads()) {
      Segment unused = control.await(waiting.get(0));
    }
  }

  /** All that are closed by now, once they are durable; never completes if the attempt ends. */
  CompletableFuture<List<Segment>> durable() {
    List<CompletableFuture<Segment>> all = List.copyOf(closed);
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(ignored -> all.stream().map(CompletableFuture::join).toList());
  }

  /** As {@link #durable}, waiting for it. */
  List<Segment> awaitDurable() {
    return control.await(durable());
  }

  /** The way of one closed segment into the store. */
  private final class Upload {
    private final String name;
    private final int number;
    private final SegmentSpool spool;
    private final Backoff backoff;
    private final CompletableFuture<Segment> done = new CompletableFuture<>();
    private int tries;

    Upload(String name, int number, SegmentSpool spool) {
      this.name = name;
      this.number = number;
      this.spool = spool;
      this.backoff = new Backoff(settings);
    }

    void start() {
      String key = key(++tries);
      var unused = background.submit(() -> spool.storeAs(store, key)).handle(this::landed);
    }

    private String key(int tryNumber) {
      Epoch epoch = assignment.getLease().getEpoch();
      return "%s/p%d/%d-%d-s%d-%d.seg"
          .formatted(
              assignment.getKeyPrefix(),
              assignment.getLease().getTask().getIndex(),
              epoch.getGeneration(),
              epoch.getCounter(),
              number,
              tryNumber);
    }

    private @Nullable Void landed(@Nullable ObjectRef object, @Nullable Throwable thrown) {
      if (object != null) {
        control.troubles().clear(Troubles.Kind.SEGMENT);
        discardSpool();
        done.complete(
            Segment.newBuilder().setName(name).setObject(object).setBytes(spool.length()).build());
      } else if (control.ending() != null) {
        discardSpool();
      } else if (thrown instanceof StoreException failure && StoreFailures.mayPass(failure)) {
        control
            .troubles()
            .set(Troubles.Kind.SEGMENT, "output cannot be stored: " + failure.getMessage());
        control.ticker().after(backoff.next(), this::start);
      } else {
        // Nobody waits for it any more: whoever did learns that the attempt has ended.
        control.endFor(thrown == null ? new IllegalStateException("no object") : thrown);
      }
      return null;
    }

    private void discardSpool() {
      try {
        spool.close();
      } catch (IOException e) {
        log.debug("A spool stays until the attempt ends", e);
      }
    }
  }
}

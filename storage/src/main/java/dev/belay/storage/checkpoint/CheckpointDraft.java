package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointIdentity;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.runtime.proto.StoredSection;
import dev.belay.runtime.proto.TaskId;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.format.InFlight;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.Spool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint on its way from a state to the store, in named sections.
 *
 * <p>The thread that has the state writes the sections, one after the other, and then calls {@link
 * #finish}. What it writes is cut, packed and spooled on other threads meanwhile; it waits only if
 * they fall behind by more than may be in flight. {@link #storeAs}, on yet another thread, may
 * begin before that: the put follows the spool. Small checkpoints wake no other thread: the one
 * that stores does all.
 *
 * <pre>{@code
 * try (CheckpointDraft draft = checkpoints.draft(scratch, basis)) {
 *   try (OutputStream out = draft.section("state")) {
 *     draft.types(codec.encode(state, out));
 *   }
 *   draft.reuse("dictionary"); // did not change since the basis
 *   draft.finish();
 *   Checkpoint stored = draft.storeAs(key, task, identity); // durable; to be reported
 *   Basis next = draft.asBasis(); // once it counts
 * }
 * }</pre>
 *
 * A failure of any step fails all of them.
 */
public final class CheckpointDraft implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CheckpointDraft.class);

  /** From here on it pays to put before everything is written. */
  private static final long LARGE = 16L << 20;

  private final ObjectStore store;
  private final InFlight inFlight;
  private final Basis basis;
  private final Spool spool;
  private final Packing packing;
  private final Steps steps;

  // Of the thread that writes.
  private final Thread writer = Thread.currentThread();
  private final Set<String> names = new HashSet<>();
  private @Nullable SectionOutput open;
  private long taken;
  private boolean large;
  private Runnable whenLarge = () -> {};

  private final List<StateTypes> types = new ArrayList<>();
  private volatile boolean finished;

  private volatile boolean packed;

  // Of the thread that stores.
  private volatile boolean storing;
  private Packing.@Nullable Sealed sealed;
  private @Nullable ObjectReader stored;

  /** A block as a step: when all is given up, it is left without being packed. */
  private record Pack(Packing packing, Block block) implements Steps.Step {
    @Override
    public void run() throws StoreException {
      packing.add(block);
    }

    @Override
    public void skip() {
      block.leave();
    }
  }

  CheckpointDraft(
      ObjectStore store,
      Executor executor,
      InFlight inFlight,
      Supplier<Path> scratch,
      Basis basis) {
    this.store = store;
    this.steps = new Steps(executor);
    this.inFlight = inFlight;
    this.basis = basis;
    this.spool = new Spool(scratch, Spool.Use.KEEPABLE);
    this.packing = new Packing(basis, spool, ForkJoinPool.commonPool());
  }

  /** What {@link #reuse} takes from. */
  public Basis basis() {
    return basis;
  }

  /**
   * Runs the action, on the writing thread and before it has finished, once this is so large that
   * storing should begin.
   */
  public void whenLarge(Runnable action) {
    whenLarge = action;
  }

  /**
   * Begins the next section; closing it ends it.
   *
   * @param name not used yet
   */
  public OutputStream section(String name) {
    begin(name);
    steps.add(() -> packing.begin(name));
    SectionOutput out = new SectionOutput(this);
    open = out;
    return out;
  }

  /** Takes a section as it is in the basis, which must have it; nothing of it is serialised. */
  public void reuse(String name) {
    StoredSection section = basis.section(name);
    if (section == null) {
      throw new IllegalArgumentException("the basis has no section \"" + name + "\"");
    }
    begin(name);
    steps.add(() -> packing.reuse(section));
  }

  private void begin(String name) {
    if (finished || !names.add(name)) {
      throw new IllegalStateException(
          finished ? "the checkpoint is finished" : "a second section \"" + name + "\"");
    }
    if (open != null && !open.isClosed()) {
      throw new IllegalStateException("the section before \"" + name + "\" is still open");
    }
  }

  /** Adds a table of what ids in an encoded state mean. */
  public void types(StateTypes table) {
    types.add(table);
  }

  /** Says what ids mean in the section that is being written, or was last. */
  public void sectionTypes(StateTypes table) {
    steps.add(() -> packing.types(table));
  }

  /** Nothing more is written. */
  public void finish() throws StoreException {
    if (open != null && !open.isClosed()) {
      throw new IllegalStateException("a section is still open");
    }
    steps.add(this::packed);
    finished = true;
    if (taken >= SectionOutput.BLOCK) {
      steps.start();
    }
    steps.changed();
    steps.checkFailure();
  }

  /**
   * Puts the object; durable when this returns. Follows what is still being written. May be called
   * again after a failure of the store, under another key, with the same identity.
   *
   * @param key one that was never used before, not even by a try that failed
   * @param task whose state it is
   * @param identity of the checkpoint: sequence, epoch, progress, segments, time; what says where
   *     and how large it is, is filled in here
   * @return the checkpoint, to be reported
   */
  public Checkpoint storeAs(String key, TaskId task, Checkpoint identity) throws StoreException {
    if (Thread.currentThread() == writer && !finished) {
      throw new IllegalStateException("the thread that writes cannot wait for itself");
    }
    Checkpoint own =
        identity.toBuilder()
            .clearObject()
            .clearBytes()
            .clearStoredBytes()
            .clearReferences()
            .build();
    storing = true;
    try {
      store.put(key, out -> follow(out, task, own));
    } finally {
      storing = false;
    }
    Packing.Sealed done = sealed;
    if (done == null) {
      throw new IllegalStateException("the store did not write the object");
    }
    ObjectRef reference =
        ObjectRef.newBuilder()
            .setKey(key)
            .setLength(done.object().length())
            .setDigest(done.object().digest())
            .build();
    stored = ObjectReader.written(store, reference, ObjectKind.CHECKPOINT, done.manifest());
    return done.manifest().getCheckpoint().getCheckpoint().toBuilder()
        .setObject(reference)
        .setStoredBytes(reference.getLength())
        .addReferences(key)
        .addAllReferences(done.manifest().getReferencesList())
        .build();
  }

  /** This checkpoint, which has been stored, as the basis of the next. */
  public Basis asBasis() {
    ObjectReader object = stored;
    if (object == null) {
      throw new IllegalStateException("not stored");
    }
    return new Basis(object);
  }

  /** Gives the object's bytes away as a file, once it is stored; see {@link Spool#moveTo}. */
  public void moveTo(Path file) throws IOException {
    spool.moveTo(file);
  }

  /** Makes whatever is still going on fail soon, and forgets the rest. Any thread. */
  public void cancel() {
    steps.fail(StoreException.givenUp("the checkpoint was given up"));
    packing.abandon();
    // Not on this thread, which may have better things to do.
    steps.start();
    if (!storing) {
      forget();
    }
  }

  /** Forgets what was not stored. No thread may be storing any more. */
  @Override
  public void close() {
    SectionOutput left = open;
    if (left != null && Thread.currentThread() == writer) {
      left.forget();
    }
    cancel();
    boolean unused = steps.work();
    forget();
  }

  private void forget() {
    try {
      spool.close();
    } catch (StoreException e) {
      log.debug("A spool stays until its directory is removed", e);
    }
  }

  // What the writing thread calls through its section.

  void acquire(int bytes) throws StoreException {
    boolean interrupted = false;
    try {
      while (!inFlight.tryAcquire(bytes)) {
        steps.checkFailure();
        // Ours would not be the first interrupt that a job's code leaves behind; it ends nothing
        // here, and must not end the writing of the spool either.
        interrupted |= Thread.interrupted();
        interrupted |= !awaitRoom();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean awaitRoom() {
    try {
      if (!inFlight.awaitRoom()) {
        boolean unused = steps.help();
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  void release(int bytes) {
    inFlight.release(bytes);
  }

  void take(Block block) throws StoreException {
    steps.add(new Pack(packing, block));
    taken += block.length;
    if (taken >= SectionOutput.BLOCK) {
      steps.start();
    }
    if (!large && taken >= LARGE) {
      large = true;
      whenLarge.run();
    }
    steps.checkFailure();
  }

  private void packed() throws StoreException {
    packing.end();
    packed = true;
  }

  // What the storing thread does.

  private void follow(OutputStream out, TaskId task, Checkpoint identity) throws IOException {
    long at = 0;
    while (true) {
      steps.checkFailure();
      long seen = steps.changes();
      boolean whole = sealed != null;
      at = spool.copy(at, out);
      if (whole) {
        return;
      }
      if (packed) {
        seal(task, identity);
      } else if (!(isSmall() && steps.work()) && !steps.await(seen)) {
        boolean unused = steps.work();
      }
    }
  }

  /** Then nobody else was asked to work. */
  private boolean isSmall() {
    return finished && taken < SectionOutput.BLOCK;
  }

  private void seal(TaskId task, Checkpoint identity) throws StoreException {
    try {
      Packing.Sealed done =
          packing.seal(
              List.copyOf(types),
              CheckpointIdentity.newBuilder()
                  .setTask(task)
                  .setCheckpoint(identity.toBuilder().setBytes(packing.bytes()))
                  .build());
      sealed = done;
    } catch (StoreException e) {
      steps.fail(e);
      throw e;
    }
  }
}

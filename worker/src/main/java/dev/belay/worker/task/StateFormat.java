package dev.belay.worker.task;

import dev.belay.runtime.proto.StateTypes;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.checkpoint.StoredCheckpoint;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import dev.belay.storage.state.UnwritableStateException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the objects of one attempt become bytes: with the types that the job registers, and the one
 * that is asked for. For the attempt's thread.
 */
final class StateFormat {
  private final KnownJob job;
  private final KeyedStates keyed = new KeyedStates();
  private boolean alone;
  private @Nullable StateCodec codec;

  StateFormat(KnownJob job) {
    this.job = job;
  }

  /** What is part of the state beside the object. */
  KeyedStates keyed() {
    return keyed;
  }

  /** From now on this is the type of the state. */
  void register(Class<?> type) {
    List<Class<?>> types = new ArrayList<>(keyed.types());
    types.add(type);
    codec = job.codec(types);
  }

  /** As {@link #register}, for one who looks at the object, and writes no checkpoint. */
  void registerAlone(Class<?> type) {
    alone = true;
    register(type);
  }

  /** A state as a checkpoint: the object in one section, and what is keyed in others. */
  Snapshot snapshot(Object state) {
    return new Snapshot() {
      @Override
      public void writeTo(CheckpointDraft draft) throws StoreException {
        try (OutputStream out = draft.section(CheckpointStore.STATE)) {
          draft.types(codec().encode(state, out));
        } catch (IOException e) {
          throw unavailable(e);
        }
        keyed.writeTo(draft, codec());
      }

      @Override
      public void landed(boolean counts) {
        keyed.landed(counts);
      }
    };
  }

  /** The state of such a checkpoint, made while it is read; all that is keyed is filled. */
  <T> T read(StoredCheckpoint stored, Class<T> type) throws StoreException {
    if (!alone) {
      keyed.restore(stored, codec());
    }
    StateTypes types = stored.types(0);
    long length = stored.length(CheckpointStore.STATE);
    try (InputStream in = stored.section(CheckpointStore.STATE)) {
      return codec().decode(types, in, length, type);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  <T> T decode(EncodedState encoded, Class<T> type) throws StoreException {
    return codec().decode(encoded, type);
  }

  /**
   * Writes and reads a fresh state, so that what could not be restored is refused before any work
   * is done. One that begins large is only written, lest there be two of it.
   *
   * @throws UnwritableStateException with the remedy
   */
  <T> void tryOut(T state, Class<T> type) {
    Trial trial = new Trial();
    try {
      StateTypes types = codec().encode(state, trial);
      if (trial.complete) {
        T unused = decode(new EncodedState(types, trial.toByteArray()), type);
      }
    } catch (StoreException e) {
      throw new UnwritableStateException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Keeps what is small. */
  private static final class Trial extends ByteArrayOutputStream {
    private static final int MOST = 4 << 20;

    private boolean complete = true;

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (complete && size() + length <= MOST) {
        super.write(bytes, offset, length);
      } else {
        complete = false;
        reset();
      }
    }
  }

  static StoreException unavailable(IOException e) {
    return e instanceof StoreException known
        ? known
        : new StoreException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
  }

  private StateCodec codec() {
    if (codec == null) {
      throw new IllegalStateException("no type has been registered");
    }
    return codec;
  }
}

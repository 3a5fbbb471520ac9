package dev.belay.worker.task;

import dev.belay.storage.StoreException;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import dev.belay.storage.state.UnwritableStateException;
import org.jspecify.annotations.Nullable;

/**
 * How the objects of one attempt become bytes: with the types that the job registers, and the one
 * that is asked for. For the attempt's thread.
 */
final class StateFormat {
  private final KnownJob job;
  private @Nullable StateCodec codec;

  StateFormat(KnownJob job) {
    this.job = job;
  }

  /** From now on this is the type of the state. */
  void register(Class<?> type) {
    codec = job.codec(type);
  }

  EncodedState encode(Object state) {
    return codec().encode(state);
  }

  <T> T decode(EncodedState encoded, Class<T> type) throws StoreException {
    return codec().decode(encoded, type);
  }

  /**
   * Writes and reads a fresh state, so that what could not be restored is refused before any work
   * is done.
   *
   * @throws UnwritableStateException with the remedy
   */
  <T> void tryOut(T state, Class<T> type) {
    EncodedState encoded = encode(state);
    try {
      T unused = decode(encoded, type);
    } catch (StoreException e) {
      throw new UnwritableStateException(String.valueOf(e.getMessage()), e);
    }
  }

  private StateCodec codec() {
    if (codec == null) {
      throw new IllegalStateException("no type has been registered");
    }
    return codec;
  }
}

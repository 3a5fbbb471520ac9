package dev.belay.storage.state;

import com.esotericsoftware.kryo.KryoException;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Turns states into bytes and back. Only registered types are written, and only they are ever made
 * from bytes; the JDK's usual ones always are registered. A state is a tree: an object that is
 * reachable on two ways is written twice, and one that contains itself is refused.
 *
 * <p>Safe for use by many threads; a state must not change while it is encoded.
 */
public final class StateCodec {
  private final UserTypes types;
  private final Queue<Encoder> idle = new ConcurrentLinkedQueue<>();

  /** Of the table that was read last: the splits of a plan, and most states, have the same one. */
  private volatile Decoders decoders =
      new Decoders(StateTypes.getDefaultInstance(), new ConcurrentLinkedQueue<>());

  private record Decoders(StateTypes table, Queue<TypeRegistry> idle) {}

  /**
   * A codec for these types and arrays of them, beside the JDK's.
   *
   * @throws UnwritableStateException if one of them cannot be saved
   */
  public StateCodec(Collection<? extends Class<?>> types) {
    this.types = new UserTypes(types);
  }

  /** As the constructor, with more types. */
  public static StateCodec of(Collection<? extends Class<?>> types, Class<?>... more) {
    List<Class<?>> all = new ArrayList<>(types);
    all.addAll(Arrays.asList(more));
    return new StateCodec(all);
  }

  /**
   * Writes a small state into memory.
   *
   * @throws UnwritableStateException if it holds what cannot be saved
   */
  public EncodedState encode(Object state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      StateTypes table = encode(state, bytes);
      return new EncodedState(table, bytes.toByteArray());
    } catch (StoreException e) {
      throw new IllegalStateException("memory cannot be written to", e);
    }
  }

  /**
   * Writes a state, piece by piece as it is encoded.
   *
   * @param out is not closed
   * @return what the ids in it mean
   * @throws UnwritableStateException if it holds what cannot be saved; some of it has been written
   * @throws StoreException what the stream threw
   */
  public StateTypes encode(Object state, OutputStream out) throws StoreException {
    Encoder encoder = idle.poll();
    if (encoder == null) {
      encoder = new Encoder(types);
    }
    StateTypes table = encoder.encode(state, out);
    idle.add(encoder);
    return table;
  }

  /** As {@link #decode(StateTypes, InputStream, long, Class)}, of a state in memory. */
  public <T> T decode(EncodedState encoded, Class<T> type) throws StoreException {
    InputStream bytes = new ByteArrayInputStream(encoded.bytes());
    return decode(encoded.types(), bytes, encoded.length(), type);
  }

  /**
   * Makes a state again, while it is read.
   *
   * @param table what the ids in it mean
   * @param bytes is not closed
   * @param length how many there are
   * @throws StoreException INCOMPATIBLE if a type in it is no longer registered, or has changed so
   *     that the values do not fit; CORRUPT if the bytes are not what was encoded; what the stream
   *     threw
   */
  public <T> T decode(StateTypes table, InputStream bytes, long length, Class<T> type)
      throws StoreException {
    try {
      StateInput in = new StateInput(bytes, length);
      Decoders known = decoders(table);
      TypeRegistry decoder = known.idle.poll();
      if (decoder == null) {
        decoder = types.forReading(table);
      }
      Object state = decoder.kryo().readClassAndObject(in);
      if (in.remaining() != 0) {
        throw UnreadableStateException.corrupt("a state is followed by other bytes");
      }
      // Not after a failure: it may be in the middle of something.
      known.idle.add(decoder);
      return cast(state, type);
    } catch (UnreadableStateException e) {
      throw e.asStoreException();
    } catch (RuntimeException | StackOverflowError e) {
      if (e.getCause() instanceof StoreException known) {
        throw known;
      }
      throw new StoreException(Kind.CORRUPT, "the state cannot be decoded: " + e.getMessage(), e);
    }
  }

  private Decoders decoders(StateTypes table) {
    Decoders known = decoders;
    if (!known.table.equals(table)) {
      known = new Decoders(table, new ConcurrentLinkedQueue<>());
      decoders = known;
    }
    return known;
  }

  private static <T> T cast(@Nullable Object state, Class<T> type) {
    if (state == null) {
      throw UnreadableStateException.corrupt("a state is null");
    }
    if (!type.isInstance(state)) {
      throw UnreadableStateException.incompatible(
          "the saved state is a "
              + state.getClass().getTypeName()
              + ", and the job asks for a "
              + type.getTypeName()
              + ": ask for the class that it was saved as");
    }
    return type.cast(state);
  }

  /** For one thread at a time; not to be used again after a failure. */
  private static final class Encoder {
    private final UserTypes types;
    private final TypeRegistry registry;

    Encoder(UserTypes types) {
      this.types = types;
      this.registry = types.forWriting();
    }

    StateTypes encode(Object state, OutputStream to) throws StoreException {
      StateOutput out = new StateOutput(to);
      try {
        registry.kryo().writeClassAndObject(out, state);
        out.flush();
      } catch (UnwritableStateException e) {
        throw e;
      } catch (KryoException | StackOverflowError e) {
        if (e.getCause() instanceof StoreException known) {
          throw known;
        }
        throw tooDeep(e);
      } catch (ConcurrentModificationException e) {
        throw new UnwritableStateException(
            "a collection of the state changed while it was saved:"
                + " change the state on the task's thread only",
            e);
      } catch (RuntimeException e) {
        throw new UnwritableStateException("the state cannot be saved: " + e, e);
      }
      return types.table(registry.takeWritten());
    }

    /** The one thing that Kryo itself refuses while it writes to memory. */
    private static UnwritableStateException tooDeep(Throwable cause) {
      return new UnwritableStateException(
          "the state contains itself, or is nested more than "
              + TypeRegistry.MAX_DEPTH
              + " deep: make it a tree, with lists or arrays in place of linked objects",
          cause);
    }
  }
}

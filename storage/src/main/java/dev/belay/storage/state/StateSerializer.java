package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/**
 * What all our serializers are: they see our streams, and never null, which is told by the type id.
 */
abstract class StateSerializer<T> extends Serializer<T> {
  abstract void write(Kryo kryo, StateOutput out, T value);

  abstract T read(Kryo kryo, StateInput in);

  @Override
  public final void write(Kryo kryo, Output output, T value) {
    write(kryo, (StateOutput) output, value);
  }

  @Override
  public final T read(Kryo kryo, Input input, Class<? extends T> type) {
    return read(kryo, (StateInput) input);
  }
}

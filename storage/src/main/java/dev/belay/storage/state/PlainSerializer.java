package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;

/** For values that hold no other objects, and so need no Kryo. */
abstract class PlainSerializer<T> extends StateSerializer<T> {
  abstract void write(StateOutput out, T value);

  abstract T read(StateInput in);

  @Override
  final void write(Kryo kryo, StateOutput out, T value) {
    write(out, value);
  }

  @Override
  final T read(Kryo kryo, StateInput in) {
    return read(in);
  }

  static <T> PlainSerializer<T> of(Writer<T> writer, Reader<T> reader) {
    return new PlainSerializer<>() {
      @Override
      void write(StateOutput out, T value) {
        writer.write(out, value);
      }

      @Override
      T read(StateInput in) {
        return reader.read(in);
      }
    };
  }

  /** One for a value that there is only one of. */
  static <T> PlainSerializer<T> constant(T constant) {
    return of((out, value) -> {}, in -> constant);
  }

  /** Writes a value. */
  @FunctionalInterface
  interface Writer<T> {
    void write(StateOutput out, T value);
  }

  /** Reads a value. */
  @FunctionalInterface
  interface Reader<T> {
    T read(StateInput in);
  }
}

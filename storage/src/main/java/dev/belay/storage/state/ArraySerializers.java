package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/**
 * Arrays. Those of numbers are fixed-width and little-endian, moved in blocks: several times faster
 * than number by number. Arrays of objects hold a type id with each element.
 */
final class ArraySerializers {
  private static final int BLOCK = 32 << 10;

  private ArraySerializers() {}

  static PlainSerializer<byte[]> bytes() {
    return PlainSerializer.of(
        (out, array) -> {
          out.writeVarLong(array.length, true);
          out.writeBytes(array, 0, array.length);
        },
        in -> in.readBytes(in.readLength(1)));
  }

  static PlainSerializer<boolean[]> booleans() {
    return PlainSerializer.of(
        (out, array) -> {
          out.writeVarLong(array.length, true);
          for (boolean value : array) {
            out.writeBoolean(value);
          }
        },
        in -> {
          boolean[] array = new boolean[in.readLength(1)];
          for (int i = 0; i < array.length; i++) {
            array[i] = in.readBoolean();
          }
          return array;
        });
  }

  static PlainSerializer<short[]> shorts() {
    return new Blocks<>(2, short[]::new) {
      @Override
      void put(ByteBuffer to, short[] from, int at, int count) {
        to.asShortBuffer().put(from, at, count);
      }

      @Override
      void get(ByteBuffer from, short[] to, int at, int count) {
        from.asShortBuffer().get(to, at, count);
      }
    };
  }

  static PlainSerializer<char[]> chars() {
    return new Blocks<>(2, char[]::new) {
      @Override
      void put(ByteBuffer to, char[] from, int at, int count) {
        to.asCharBuffer().put(from, at, count);
      }

      @Override
      void get(ByteBuffer from, char[] to, int at, int count) {
        from.asCharBuffer().get(to, at, count);
      }
    };
  }

  static PlainSerializer<int[]> ints() {
    return new Blocks<>(4, int[]::new) {
      @Override
      void put(ByteBuffer to, int[] from, int at, int count) {
        to.asIntBuffer().put(from, at, count);
      }

      @Override
      void get(ByteBuffer from, int[] to, int at, int count) {
        from.asIntBuffer().get(to, at, count);
      }
    };
  }

  static PlainSerializer<long[]> longs() {
    return new Blocks<>(8, long[]::new) {
      @Override
      void put(ByteBuffer to, long[] from, int at, int count) {
        to.asLongBuffer().put(from, at, count);
      }

      @Override
      void get(ByteBuffer from, long[] to, int at, int count) {
        from.asLongBuffer().get(to, at, count);
      }
    };
  }

  static PlainSerializer<float[]> floats() {
    return new Blocks<>(4, float[]::new) {
      @Override
      void put(ByteBuffer to, float[] from, int at, int count) {
        to.asFloatBuffer().put(from, at, count);
      }

      @Override
      void get(ByteBuffer from, float[] to, int at, int count) {
        from.asFloatBuffer().get(to, at, count);
      }
    };
  }

  static PlainSerializer<double[]> doubles() {
    return new Blocks<>(8, double[]::new) {
      @Override
      void put(ByteBuffer to, double[] from, int at, int count) {
        to.asDoubleBuffer().put(from, at, count);
      }

      @Override
      void get(ByteBuffer from, double[] to, int at, int count) {
        from.asDoubleBuffer().get(to, at, count);
      }
    };
  }

  /** For any array type whose elements are objects. */
  static StateSerializer<Object[]> objects(Class<?> arrayType) {
    Object[] empty = (Object[]) Array.newInstance(arrayType.getComponentType(), 0);
    return new StateSerializer<>() {
      @Override
      void write(Kryo kryo, StateOutput out, Object[] array) {
        out.writeVarLong(array.length, true);
        for (Object element : array) {
          kryo.writeClassAndObject(out, element);
        }
      }

      @Override
      Object[] read(Kryo kryo, StateInput in) {
        return CollectionSerializers.readElements(kryo, in).toArray(empty);
      }
    };
  }

  /** Moves an array through a small buffer. */
  private abstract static class Blocks<A> extends PlainSerializer<A> {
    private final int width;
    private final IntFunction<A> constructor;
    private final byte[] bytes = new byte[BLOCK];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    Blocks(int width, IntFunction<A> constructor) {
      this.width = width;
      this.constructor = constructor;
    }

    abstract void put(ByteBuffer to, A from, int at, int count);

    abstract void get(ByteBuffer from, A to, int at, int count);

    @Override
    void write(StateOutput out, A array) {
      int length = Array.getLength(array);
      out.writeVarLong(length, true);
      for (int at = 0; at < length; ) {
        int count = Math.min(length - at, BLOCK / width);
        put(buffer, array, at, count);
        out.writeBytes(bytes, 0, count * width);
        at += count;
      }
    }

    @Override
    A read(StateInput in) {
      int length = in.readLength(width);
      A array = constructor.apply(length);
      for (int at = 0; at < length; ) {
        int count = Math.min(length - at, BLOCK / width);
        in.readBytes(bytes, 0, count * width);
        get(buffer, array, at, count);
        at += count;
      }
      return array;
    }
  }
}

package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
import dev.belay.runtime.proto.StateField;
import dev.belay.runtime.proto.StateType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A class or a record with fields. What is written is the values alone; the names are in the table,
 * once. So fields may be added (they keep what the constructor gives them, or zero), dropped (their
 * values are read and forgotten) and change places; moving one to a superclass is no change.
 */
abstract class ShapedType implements UserType {
  final Class<?> type;
  final List<Slot> slots;

  ShapedType(Class<?> type, List<Slot> slots) {
    this.type = type;
    this.slots = slots;
  }

  abstract StateType.Kind kind();

  abstract Object read(Kryo kryo, StateInput in, List<StoredFields.Target> stored)
      throws ReflectiveOperationException;

  @Override
  public Class<?> type() {
    return type;
  }

  @Override
  public StateType describe(int id) {
    StateType.Builder described =
        StateType.newBuilder().setId(id).setName(type.getName()).setKind(kind());
    for (Slot slot : slots) {
      described.addFields(
          StateField.newBuilder().setName(slot.name()).setType(slot.form().label()));
    }
    return described.build();
  }

  @Override
  public StateSerializer<?> serializer(StateType stored) {
    checkKind(stored, kind());
    List<StoredFields.Target> targets = StoredFields.match(type, slots, stored);
    Slot[] order = slots.toArray(Slot[]::new);
    return new StateSerializer<Object>() {
      @Override
      void write(Kryo kryo, StateOutput out, Object value) {
        try {
          for (Slot slot : order) {
            slot.write(kryo, out, value);
          }
        } catch (IllegalAccessException e) {
          throw new UnwritableStateException(type.getName() + " does not let itself be read", e);
        }
      }

      @Override
      Object read(Kryo kryo, StateInput in) {
        return ShapedType.this.readOrFail(kryo, in, targets);
      }
    };
  }

  private Object readOrFail(Kryo kryo, StateInput in, List<StoredFields.Target> targets) {
    try {
      return read(kryo, in, targets);
    } catch (InvocationTargetException e) {
      throw UnreadableStateException.incompatible(
          "the constructor of " + type.getName() + " refuses what was saved: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw UnreadableStateException.incompatible(
          type.getName() + " does not let itself be made: " + e.getMessage(), e);
    }
  }

  /** A class: made empty, then filled. */
  static final class OfClass extends ShapedType {
    private final Supplier<Object> constructor;

    OfClass(Class<?> type, List<Slot> slots, Supplier<Object> constructor) {
      super(type, slots);
      this.constructor = constructor;
    }

    @Override
    StateType.Kind kind() {
      return StateType.Kind.OBJECT;
    }

    @Override
    Object read(Kryo kryo, StateInput in, List<StoredFields.Target> stored)
        throws ReflectiveOperationException {
      Object object = constructor.get();
      for (StoredFields.Target target : stored) {
        if (target.index() < 0) {
          Slot.boxed(target.form(), kryo, in);
        } else {
          slots.get(target.index()).read(kryo, in, object);
        }
      }
      return object;
    }
  }

  /** A record: its components are read first, then it is made. */
  static final class OfRecord extends ShapedType {
    private final Constructor<?> constructor;
    private final @Nullable Object[] zeros;

    /**
     * The slots in the order of the components.
     *
     * @param zeros what a component that was added gets
     */
    OfRecord(
        Class<?> type, List<Slot> slots, Constructor<?> constructor, @Nullable Object[] zeros) {
      super(type, slots);
      this.constructor = constructor;
      this.zeros = zeros;
    }

    @Override
    StateType.Kind kind() {
      return StateType.Kind.RECORD;
    }

    @Override
    Object read(Kryo kryo, StateInput in, List<StoredFields.Target> stored)
        throws ReflectiveOperationException {
      @Nullable Object[] components = zeros.clone();
      for (StoredFields.Target target : stored) {
        if (target.index() < 0) {
          Slot.boxed(target.form(), kryo, in);
        } else {
          components[target.index()] = slots.get(target.index()).readBoxed(kryo, in);
        }
      }
      return constructor.newInstance(components);
    }
  }
}

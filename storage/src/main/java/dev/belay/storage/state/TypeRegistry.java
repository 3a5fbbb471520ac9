package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import com.esotericsoftware.kryo.util.IntMap;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which type has which id and serializer: only what was bound here, never what Kryo would find by
 * itself, and never a class by its name. An id is written as a varint of id + 2; 0 is null, and 1,
 * which in Kryo announces a class name, is refused.
 */
final class TypeRegistry extends DefaultClassResolver {
  /** Deep enough for any tree that is one by intent, and within the smallest usual stack. */
  static final int MAX_DEPTH = 400;

  private static final int OFFSET = 2;

  private final Map<Class<?>, Registration> byClass = new IdentityHashMap<>();
  private final IntMap<Registration> byId = new IntMap<>();
  private final BitSet written = new BitSet();
  private @Nullable Class<?> lastType;
  private @Nullable Registration last;
  private final Kryo kryo;

  TypeRegistry() {
    // Before anything is bound: Kryo registers types of its own, which stay unknown here.
    this.kryo = new Kryo(this, null);
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    kryo.setMaxDepth(MAX_DEPTH);
  }

  /** One that knows what is bound here. */
  Kryo kryo() {
    return kryo;
  }

  /** Several types may share an id and then its serializer. */
  void bind(Class<?> type, int id, StateSerializer<?> serializer) {
    Registration registration = new Registration(type, serializer, id);
    byClass.put(type, registration);
    byId.put(id, registration);
    lastType = null;
  }

  boolean isBound(Class<?> type) {
    return lookUp(type) != null;
  }

  boolean isBound(int id) {
    return byId.containsKey(id);
  }

  /** The ids written since the last call. */
  BitSet takeWritten() {
    BitSet taken = (BitSet) written.clone();
    written.clear();
    return taken;
  }

  @Override
  public @Nullable Registration writeClass(Output output, @Nullable Class type) {
    if (type == null) {
      output.writeByte(0);
      return null;
    }
    Registration registration = getRegistration(type);
    if (registration == null) {
      throw new UnwritableStateException(Remedies.notRegistered(type));
    }
    written.set(registration.getId());
    output.writeVarInt(registration.getId() + OFFSET, true);
    return registration;
  }

  @Override
  public @Nullable Registration readClass(Input input) {
    int id = input.readVarInt(true);
    if (id == 0) {
      return null;
    }
    Registration registration = byId.get(id - OFFSET);
    if (registration == null) {
      throw UnreadableStateException.corrupt("an unknown type id " + id + " in a state");
    }
    return registration;
  }

  @Override
  public @Nullable Registration getRegistration(Class type) {
    if (type != lastType) {
      last = lookUp(type);
      lastType = type;
    }
    return last;
  }

  @Override
  public @Nullable Registration getRegistration(int id) {
    return byId.get(id);
  }

  /** A constant with a body has a class of its own, as have the kinds of EnumSet. */
  private @Nullable Registration lookUp(Class<?> type) {
    Registration registration = byClass.get(type);
    if (registration == null && EnumSet.class.isAssignableFrom(type)) {
      return byClass.get(EnumSet.class);
    }
    Class<?> parent = type.getSuperclass();
    if (registration == null && parent != null && parent.isEnum()) {
      return byClass.get(parent);
    }
    return registration;
  }
}

package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import java.util.EnumSet;

/** The enum's type id, a length, the constants. */
@SuppressWarnings({"unchecked", "rawtypes"})
final class EnumSetSerializer extends StateSerializer<EnumSet> {
  @Override
  void write(Kryo kryo, StateOutput out, EnumSet set) {
    kryo.writeClass(out, elementType(set));
    out.writeVarLong(set.size(), true);
    for (Object constant : set) {
      kryo.writeClassAndObject(out, constant);
    }
  }

  @Override
  EnumSet read(Kryo kryo, StateInput in) {
    Registration registration = kryo.readClass(in);
    if (registration == null || !registration.getType().isEnum()) {
      throw UnreadableStateException.corrupt("an EnumSet without an enum");
    }
    EnumSet set = EnumSet.noneOf((Class) registration.getType());
    for (int left = in.readLength(1); left > 0; left--) {
      set.add(kryo.readClassAndObject(in));
    }
    return set;
  }

  /** An empty set tells its type only through the constants that it lacks. */
  private static Class<?> elementType(EnumSet set) {
    EnumSet some = set.isEmpty() ? EnumSet.complementOf(set) : set;
    if (some.isEmpty()) {
      throw new UnwritableStateException("an EnumSet of an enum without constants");
    }
    return ((Enum<?>) some.iterator().next()).getDeclaringClass();
  }
}

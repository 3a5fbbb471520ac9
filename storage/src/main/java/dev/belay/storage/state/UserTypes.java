package dev.belay.storage.state;

import dev.belay.runtime.proto.StateType;
import dev.belay.runtime.proto.StateTypes;
import java.lang.reflect.Modifier;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The registered types, each with an array type beside it. Ids follow the order of registration;
 * they are valid together with their table only. Immutable.
 */
final class UserTypes {
  /** Of how values are written, see README.md. */
  static final int FORMAT = 1;

  private final Map<String, UserType> byName = new LinkedHashMap<>();
  private final Map<Integer, StateType> described = new TreeMap<>();
  private final int builtins;

  UserTypes(Collection<? extends Class<?>> types) {
    TypeRegistry jdk = new TypeRegistry();
    this.builtins = JdkTypes.register(jdk);
    for (Class<?> type : types) {
      if (isNew(type, jdk)) {
        add(Inspection.inspect(type));
        Class<?> array = type.arrayType();
        if (isNew(array, jdk)) {
          add(new ArrayType(array));
        }
      }
    }
  }

  /** For writing: all types, as they are. */
  TypeRegistry forWriting() {
    TypeRegistry registry = new TypeRegistry();
    JdkTypes.register(registry);
    for (StateType type : described.values()) {
      bind(registry, type, find(type));
    }
    return registry;
  }

  /** The table for a state in which these ids were written. */
  StateTypes table(BitSet written) {
    StateTypes.Builder table = StateTypes.newBuilder().setFormat(FORMAT).setBuiltins(builtins);
    described.forEach(
        (id, type) -> {
          if (written.get(id)) {
            table.addTypes(type);
          }
        });
    return table.build();
  }

  /** For reading what was written with this table. */
  TypeRegistry forReading(StateTypes table) {
    if (table.getFormat() < 1) {
      throw UnreadableStateException.corrupt("a state's table has no format");
    }
    if (table.getFormat() > FORMAT || table.getBuiltins() > builtins) {
      throw UnreadableStateException.incompatible(
          "the state was saved by a newer version of Belay: use that one");
    }
    TypeRegistry registry = new TypeRegistry();
    JdkTypes.register(registry);
    for (StateType stored : table.getTypesList()) {
      if (stored.getId() < JdkTypes.FIRST_USER_ID || registry.isBound(stored.getId())) {
        throw UnreadableStateException.corrupt("a state's table gives an id twice");
      }
      bind(registry, stored, find(stored));
    }
    return registry;
  }

  private static void bind(TypeRegistry registry, StateType stored, UserType type) {
    registry.bind(type.type(), stored.getId(), type.serializer(stored));
  }

  private UserType find(StateType stored) {
    UserType type = byName.get(stored.getName());
    if (type == null) {
      throw UnreadableStateException.incompatible(
          "the saved state holds a "
              + stored.getName()
              + ", which is not registered now: keep the class, and name it in Job.stateTypes(),"
              + " until the jobs that use it are done");
    }
    return type;
  }

  private void add(UserType type) {
    int id = JdkTypes.FIRST_USER_ID + described.size();
    if (byName.put(type.type().getName(), type) != null) {
      throw new UnwritableStateException(
          "two classes named " + type.type().getName() + ", of different class loaders");
    }
    described.put(id, type.describe(id));
  }

  /** What has no instances of its own needs no id. */
  private boolean isNew(Class<?> type, TypeRegistry jdk) {
    boolean instances =
        type.isArray() || type.isEnum() || !Modifier.isAbstract(type.getModifiers());
    UserType known = byName.get(type.getName());
    return instances
        && !type.isPrimitive()
        && !jdk.isBound(type)
        && (known == null || known.type() != type);
  }
}

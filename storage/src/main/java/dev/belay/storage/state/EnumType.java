package dev.belay.storage.state;

import dev.belay.runtime.proto.StateType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An enum: its constants are told by name, so they may change places. */
record EnumType(Class<?> type) implements UserType {
  @Override
  public StateType describe(int id) {
    StateType.Builder described =
        StateType.newBuilder().setId(id).setName(type.getName()).setKind(StateType.Kind.ENUM);
    for (Object constant : type.getEnumConstants()) {
      described.addConstants(((Enum<?>) constant).name());
    }
    return described.build();
  }

  @Override
  public StateSerializer<?> serializer(StateType stored) {
    checkKind(stored, StateType.Kind.ENUM);
    Map<String, Enum<?>> constants = new HashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(((Enum<?>) constant).name(), (Enum<?>) constant);
    }
    List<String> names = List.copyOf(stored.getConstantsList());
    return PlainSerializer.<Enum<?>>of(
        (out, value) -> out.writeVarInt(value.ordinal(), true),
        in -> constant(names, in.readVarInt(true), constants));
  }

  private Enum<?> constant(List<String> names, int ordinal, Map<String, Enum<?>> constants) {
    if (ordinal < 0 || ordinal >= names.size()) {
      throw UnreadableStateException.corrupt("no constant " + ordinal + " in " + type.getName());
    }
    Enum<?> constant = constants.get(names.get(ordinal));
    if (constant == null) {
      throw UnreadableStateException.incompatible(
          "the saved state holds "
              + type.getName()
              + "."
              + names.get(ordinal)
              + ", which is no longer there: keep the constant until the jobs that use it are"
              + " done");
    }
    return constant;
  }
}
